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
  /** An active key that nobody has needed in this time. */
  readonly advice: 'keep' | 'can-retire'
}

/** The keys of a keyset beside what a log says of them; then those that cookies named and the keyset does not have, the most frequent first. */
export function usedKeys(
  { keys, revoked }: { readonly keys: readonly KeyFacts[]; readonly revoked: readonly string[] },
  { byKey, events }: Usage,
): readonly UsedKey[] {
  const known = [
    ...keys.map(({ id, status }) => ({ id, status })),
    ...revoked.map((id) => ({ id, status: 'revoked' as const })),
  ]
  const strangers = [...byKey]
    .filter(([id]) => !known.some((key) => key.id === id))
    .toSorted(([one, a], [other, b]) => countOf(b) - countOf(a) || (one < other ? -1 : 1))
    .map(([id]) => id)
  return [...known, ...strangers.map((id) => ({ id, status: 'unknown' as const }))].map(({ id, status }) => {
    const usage = byKey.get(id) ?? NOTHING
    // An empty log says nothing of a key.
    const isUnused = status === 'active' && usage.opened === 0 && events > 0
    return { id, status, usage, advice: isUnused ? 'can-retire' : 'keep' }
  })
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
  const idle = used.filter(({ advice }) => advice === 'can-retire').map(({ id }) => id)
  return [
    periodText(usage),
    '',
    keys,
    ...(shown.length === used.length ? [] : [dim(`and ${used.length - shown.length} more that this keyset never had`)]),
    ...(idle.length === 0 ? [] : ['', `${bold(yellow(idle.join(', ')))} opened nothing in this time.`]),
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
