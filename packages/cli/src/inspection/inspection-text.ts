import { inspect } from 'node:util'
import { formatDuration } from '../duration.ts'
import { formatDistance, formatMomentAndDistance } from '../moment.ts'
import type { Style } from '../style.ts'
import { table } from '../table.ts'
import type { InspectedSession, Inspection } from './inspection.ts'
import { REASONS } from './reasons.ts'

/** What was found, for people. */
export function inspectionText(inspection: Inspection, style: Style): string {
  const { at, cookie, session } = inspection
  const rows = [
    ['cookie', `${cookie.name}, ${counted(cookie.chunks, 'chunk')}, ${cookie.bytes} bytes`],
    ['token', tokenText(inspection)],
    ...(session ? sessionRows(session, at, inspection.accepted) : []),
  ]
  const facts = table(rows, (cell, _row, column) => (column === 0 ? style.dim(cell) : cell))
  return [
    facts,
    '',
    ...[verdictText(inspection, style), ...notes(inspection).map(style.dim)].map((text) => style.prose(text)),
  ].join('\n')
}

function tokenText({ cookie: { keyId, version }, key }: Inspection): string {
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

function sessionRows(session: InspectedSession, at: number, accepted: Inspection['accepted']): string[][] {
  return [
    ['session', session.id],
    // `inspect` escapes what a terminal would obey.
    ['subject', session.subject === undefined ? 'nobody is signed in' : inspect(session.subject)],
    ['began', formatMomentAndDistance(session.createdAt, at)],
    ['sealed', formatMomentAndDistance(session.sealedAt, at)],
    accepted === 'yes'
      ? ['ends', `${formatMomentAndDistance(session.expiresAt, at)}, if not used again`]
      : ['end', formatMomentAndDistance(session.expiresAt, at)],
    ['persistent', session.persistent ? 'yes: outlives the browser' : 'no: ends with the browser'],
    ['flash', session.flash === 0 ? 'no message waits' : `${counted(session.flash, 'message')} waiting`],
    [
      'data',
      inspect(session.data, { depth: null, breakLength: 100, compact: 3 }).replaceAll('\n', `\n${' '.repeat(12)}`),
    ],
  ]
}

function verdictText(
  { accepted, at, lifetime, lifetimeFrom, reason, session }: Inspection,
  { bold, green, red, yellow }: Style,
): string {
  if (accepted === 'yes') {
    return lifetimeFrom === 'app'
      ? `${bold(green('Accepted.'))} The app would take this cookie.`
      : `${bold(green('Accepted'))} by the default lifetimes (${limitsText(lifetime)}). If the app has others: --absolute, --idle.`
  }
  if (reason === undefined) return `${bold(yellow('Unknown.'))} Whether it is accepted needs the keys: ${KEYS_FROM}.`
  const { absolute, idle } = lifetime
  const facts =
    reason === 'expired' && session
      ? `: it began ${formatDistance(session.createdAt, at)}, and the limit is ${formatDuration(absolute)}`
      : reason === 'idle' && session && idle !== 'off'
        ? `: it was sealed ${formatDistance(session.sealedAt, at)}, and the limit is ${formatDuration(idle)}`
        : ''
  return `${bold(red('Not accepted'))} (${reason}): ${REASONS[reason]}${facts}.`
}

const KEYS_FROM = '--keyset <file>, SESSION_KEYSET, SESSION_KEYS, or --keys-stdin'

/** What the verdict rests on. */
function notes({ accepted, cookie, lifetime, lifetimeFrom, session }: Inspection): string[] {
  if (accepted === 'unknown') return []
  return [
    ...(accepted === 'yes' && cookie.chunks > 2
      ? [`The app must allow it so many cookies: cookie.maxChunks of ${cookie.chunks}.`]
      : []),
    ...(session === undefined
      ? []
      : [
          `${accepted === 'yes' && lifetimeFrom === 'defaults' ? '' : `By lifetimes of ${limitsText(lifetime)} (--absolute, --idle). `}The app's store, revocation and schema were not asked.`,
        ]),
  ]
}

function limitsText({ absolute, idle }: Inspection['lifetime']): string {
  return `${formatDuration(absolute)} absolute, ${idle === 'off' ? 'no' : formatDuration(idle)} idle`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
