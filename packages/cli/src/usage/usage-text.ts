import type { Seconds } from '@encrypted-session/core'
import type { KeyFacts } from '../keyset/keyset-facts.ts'
import { formatDuration } from '../duration.ts'
import { formatDistance, formatMoment } from '../moment.ts'
import type { Style } from '../style.ts'
import { table } from '../table.ts'
import { type KeyUsage, NOTHING, type Usage } from './key-usage.ts'

/** A key of a keyset, or one that only the events know, with its usage. */
export interface UsedKey {
  readonly id: string
  /** `unknown` for a key that the keyset never had. */
  readonly status: KeyFacts['status'] | 'revoked' | 'unknown'
  readonly usage: KeyUsage
  /** For an active key that opened nothing: whether the log covers enough time to tell that nobody needs it. */
  readonly advice: 'keep' | 'can-retire' | 'log-too-short'
}

/** The library's own longest lifetime: in a week, whoever still has a session has come. */
const WEEK: Seconds = 7 * 86_400
/** A log is cut at night, and a small site is quiet for hours. */
const SLACK: Seconds = 86_400

/** The keys of a keyset beside what a log says of them; then those that cookies named and the keyset does not have, the most frequent first. */
export function usedKeys(
  { keys, revoked }: { readonly keys: readonly KeyFacts[]; readonly revoked: readonly string[] },
  log: Usage,
  now: Seconds,
): readonly UsedKey[] {
  const { byKey } = log
  const known = [
    ...keys.map(({ createdAt, id, status }) => ({ id, status, createdAt })),
    ...revoked.map((id) => ({ id, status: 'revoked' as const, createdAt: 0 })),
  ]
  const strangers = [...byKey]
    .filter(([id]) => !known.some((key) => key.id === id))
    .toSorted(([one, a], [other, b]) => b.opened - a.opened || countOf(b) - countOf(a) || (one < other ? -1 : 1))
    .map(([id]) => ({ id, status: 'unknown' as const, createdAt: 0 }))
  const used = [...known, ...strangers].map(({ createdAt, id, status }): UsedKey => {
    const usage = byKey.get(id) ?? NOTHING
    // An empty log says nothing of a key.
    const isUnused = status === 'active' && usage.opened === 0 && log.events > 0
    return { id, status, usage, advice: isUnused ? adviceOf(log, createdAt, now) : 'keep' }
  })
  // The log of another app says nothing of these keys.
  return openedByStrangers(used).length === 0 ? used : used.map((key) => ({ ...key, advice: 'keep' }))
}

function adviceOf({ coveredFrom, to }: Usage, createdAt: Seconds, now: Seconds): UsedKey['advice'] {
  const weekAgo = now - WEEK + SLACK
  // No log can tell of a key that is younger.
  if (createdAt > weekAgo) return 'keep'
  if (coveredFrom === undefined || to === undefined) return 'log-too-short'
  return coveredFrom <= weekAgo && to >= now - SLACK ? 'can-retire' : 'log-too-short'
}

/** Visitors can make up ids, but what was opened was opened by a key of the app. */
function openedByStrangers(used: readonly UsedKey[]): readonly string[] {
  return used.filter(({ status, usage }) => status === 'unknown' && usage.opened > 0).map(({ id }) => id)
}

/** The usage of keys for people. */
export function usageText(used: readonly UsedKey[], usage: Usage, now: Seconds, { bold, dim, yellow }: Style): string {
  const known = used.filter(({ status }) => status !== 'unknown')
  // They stand last.
  const shown = used.slice(0, known.length + MOST_STRANGERS)
  const rows = [
    ['KEY', 'STATUS', 'OPENED', 'LAST', 'SEALED', 'REFUSED'],
    ...shown.map(({ id, status, usage: { lastOpenedAt, opened, rejected, sealed } }) => [
      id,
      status,
      String(opened),
      lastOpenedAt === undefined ? '-' : formatDistance(lastOpenedAt, now),
      String(sealed),
      String(rejected),
    ]),
  ]
  const keys = table(rows, (cell, row) => (row === 0 ? dim(cell) : cell))
  const idsFor = (advice: UsedKey['advice']): string =>
    used
      .filter((key) => key.advice === advice)
      .map(({ id }) => bold(yellow(id)))
      .join(', ')
  const [unused, unclear] = [idsFor('can-retire'), idsFor('log-too-short')]
  const strangers = openedByStrangers(used)
  return [
    periodText(usage),
    '',
    keys,
    ...(shown.length === used.length ? [] : [dim(`and ${used.length - shown.length} more that this keyset never had`)]),
    ...(strangers.length === 0
      ? []
      : [
          '',
          `This keyset never had ${strangers
            .slice(0, MOST_STRANGERS)
            .map((id) => bold(yellow(id)))
            .join(', ')}, which opened cookies: is it the right file?`,
        ]),
    ...(unused === '' ? [] : ['', `${unused} opened nothing in this time.`]),
    ...(unclear === ''
      ? []
      : ['', `${unclear} opened nothing, but ${shortText(usage, now)}. Give it the last 7 days to be sure.`]),
    ...otherText(usage).map((line, at) => (at === 0 ? '\n' : '') + dim(line)),
  ].join('\n')
}

function countOf({ opened, rejected, sealed }: KeyUsage): number {
  return opened + rejected + sealed
}

/** Whoever sends cookies can make up ids: no more of them are shown than leave the keys in sight. */
const MOST_STRANGERS = 5

function periodText({ events, from, to }: Usage): string {
  if (events === 0) return 'No events of sessions in there.'
  const count = `${events} event${events === 1 ? '' : 's'} of keys`
  return from === undefined || to === undefined
    ? `${count}, without times`
    : `${count} from ${formatMoment(from)} to ${formatMoment(to)} (${formatDuration(to - from)})`
}

/** Why a log says too little of a key that it does not name. */
function shortText({ coveredFrom, to }: Usage, now: Seconds): string {
  if (coveredFrom === undefined || to === undefined) return 'the log has no times'
  return `the log tells only of ${formatDuration(to - coveredFrom)}, until ${formatDistance(to, now)}`
}

function otherText({ otherLines, undated }: Usage): readonly string[] {
  return [
    ...(undated === 0
      ? []
      : [
          `${undated === 1 ? '1 event without a time was' : `${undated} events without a time were`} left out, because of --since.`,
        ]),
    ...(otherLines === 0
      ? []
      : [`${otherLines === 1 ? '1 other line was' : `${otherLines} other lines were`} passed over.`]),
  ]
}
