import { inspect } from 'node:util'
import { formatDuration } from '../duration.ts'
import { formatDistance, formatMomentAndDistance } from '../moment.ts'
import type { Style } from '../style.ts'
import { table } from '../table.ts'
import type { InspectedSession, Inspection } from './inspection.ts'
import { reasonText } from './reasons.ts'

/** What was found, for people. */
export function inspectionText(inspection: Inspection, style: Style): string {
  const { cookie, session } = inspection
  const rows = [
    [
      'cookie',
      cookie.name === undefined
        ? `a value without a name, ${counted(cookie.bytes, 'byte')}`
        : `${cookie.name}, ${counted(cookie.chunks, 'chunk')}, ${counted(cookie.bytes, 'byte')}`,
    ],
    ['token', tokenText(inspection)],
    ...(session ? sessionRows(session, inspection) : []),
  ]
  const facts = table(rows, (cell, _row, column) => (column === 0 ? style.dim(cell) : cell))
  return [
    facts,
    '',
    ...[verdictText(inspection, style), ...notes(inspection).map(style.dim)].map((text) => style.prose(text)),
  ].join('\n')
}

function tokenText({ cookie: { keyId, version }, key, reason }: Inspection): string {
  if (reason === 'malformed' || reason === 'unknown-version') {
    if (keyId === undefined) return "none of this library: cut off, another library's, or an id of a store?"
  }
  if (keyId === undefined || version === undefined) return 'cannot be told'
  return `version ${version}, sealed by key ${keyId}${KEYS[key]}`
}

const KEYS: Readonly<Record<Inspection['key'], string>> = {
  seals: ' (primary, seals now)',
  primary: ' (primary: seals later)',
  active: ' (active: opens, seals nothing new)',
  inactive: ' (inactive: opens nothing)',
  revoked: ' (revoked)',
  unknown: '',
}

function sessionRows(session: InspectedSession, { accepted, at, lifetime }: Inspection): string[][] {
  // What its use would move has not come to the end of all.
  const isLast = session.expiresAt >= session.createdAt + lifetime.absolute
  const suffix = accepted !== 'yes' ? '' : isLast ? ', used or not' : ', if not used again'
  return [
    ['session', session.id],
    // `inspect` escapes what a terminal would obey.
    ['subject', session.subject === undefined ? 'nobody is signed in' : inspect(session.subject)],
    ['began', formatMomentAndDistance(session.createdAt, at)],
    ['sealed', formatMomentAndDistance(session.sealedAt, at)],
    [session.expiresAt > at ? 'ends' : 'ended', `${formatMomentAndDistance(session.expiresAt, at)}${suffix}`],
    ['persistent', session.persistent ? 'yes: outlives the browser' : 'no: ends with the browser'],
    ['flash', session.flash === 0 ? 'no message waits' : `${counted(session.flash, 'message')} waiting`],
    [
      'data',
      inspect(session.data, { depth: null, breakLength: 100, compact: 3 }).replaceAll('\n', `\n${' '.repeat(12)}`),
    ],
  ]
}

function verdictText(inspection: Inspection, { bold, green, red, yellow }: Style): string {
  const { accepted, at, lifetime, reason, session } = inspection
  if (accepted === 'yes') {
    return `${bold(green('Accepted'))} by its seal, and by ${limitsText(inspection)}. ${NOT_ASKED}`
  }
  if (reason === undefined) return `${bold(yellow('Unknown.'))} Whether it is accepted needs the keys: ${KEYS_FROM}.`
  const { absolute, idle } = lifetime
  const facts =
    reason === 'expired' && session
      ? `: it began ${formatDistance(session.createdAt, at)}, and the limit is ${formatDuration(absolute)}`
      : reason === 'idle' && session && idle !== 'off'
        ? `: it was sealed ${formatDistance(session.sealedAt, at)}, and the limit is ${formatDuration(idle)}`
        : ''
  return `${bold(red('Not accepted'))} (${reason}): ${reasonText(reason, inspection)}${facts}.`
}

const NOT_ASKED = "Not asked: the app's store, revocation and schema."
const KEYS_FROM = '--keyset <file>, SESSION_KEYSET, SESSION_KEYS, or --keys-stdin'

/** What the verdict rests on, where it does not say so itself. */
function notes(inspection: Inspection): string[] {
  const { accepted, cookie, given, session } = inspection
  if (accepted === 'unknown' || session === undefined) return []
  const ifOthers = given.absolute || given.idle ? [] : ['If the app has other lifetimes: --absolute, --idle.']
  if (accepted === 'no') return [[`By ${limitsText(inspection)}.`, ...ifOthers].join(' ')]
  return [
    ...ifOthers,
    ...(cookie.chunks > 2 ? [`The app must allow it so many cookies: cookie.maxChunks of ${cookie.chunks}.`] : []),
  ]
}

function limitsText({ given, lifetime }: Inspection): string {
  const absolute = `${formatDuration(lifetime.absolute)} absolute`
  const idle = lifetime.idle === 'off' ? 'no idle limit' : `${formatDuration(lifetime.idle)} idle`
  if (given.absolute === given.idle) {
    return given.idle ? `${absolute} and ${idle}` : `the default lifetimes of ${absolute} and ${idle}`
  }
  return given.absolute
    ? `${absolute} and ${idle} (the default: --idle)`
    : `${absolute} (the default: --absolute) and ${idle}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
