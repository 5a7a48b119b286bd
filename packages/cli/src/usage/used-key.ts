import type { Seconds } from '@encrypted-session/core'
import type { KeyFacts } from '../keyset/keyset-facts.ts'
import { type KeyUsage, NOTHING, type Usage } from './key-usage.ts'

/** A key of a keyset, or one that only the events know, with its usage. */
export interface UsedKey {
  readonly id: string
  /** `unknown` for a key that the keyset never had. */
  readonly status: KeyFacts['status'] | 'revoked' | 'unknown'
  readonly usage: KeyUsage
  /** Since when it opens cookies: since it came into the keyset, or became active again. Absent where it is not in there. */
  readonly opensSince?: Seconds
  /** For an active key that opened nothing: whether the log, and the key's own age, can tell that nobody needs it. Absent for what the keyset does not have. */
  readonly advice?: Advice
}

type Advice = 'keep' | 'can-retire' | 'log-too-short' | 'key-too-young'

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
    ...keys.map(({ activateAt, createdAt, id, status }) => {
      // A primary key opens before its time.
      const opensSince = status === 'active' ? Math.max(createdAt, activateAt) : createdAt
      return { id, status, opensSince }
    }),
    ...revoked.map((id) => ({ id, status: 'revoked' as const, opensSince: undefined })),
  ]
  const strangers = [...byKey]
    .filter(([id]) => !known.some((key) => key.id === id))
    .toSorted(([one, a], [other, b]) => b.opened - a.opened || countOf(b) - countOf(a) || (one < other ? -1 : 1))
    .map(([id]) => ({ id, status: 'unknown' as const, opensSince: undefined }))
  const used = [...known, ...strangers].map(({ id, opensSince, status }): UsedKey => {
    const usage = byKey.get(id) ?? NOTHING
    if (opensSince === undefined) return { id, status, usage }
    const isUnused = status === 'active' && usage.opened === 0
    return { id, status, usage, opensSince, advice: isUnused ? adviceOf(log, opensSince, now) : 'keep' }
  })
  // The log of another app says nothing of these keys.
  if (openedByStrangers(used).length === 0) return used
  return used.map((key) => (key.advice === undefined ? key : { ...key, advice: 'keep' }))
}

/** Visitors can make up ids, but what was opened was opened by a key of the app. */
export function openedByStrangers(used: readonly UsedKey[]): readonly string[] {
  return used.filter(({ status, usage }) => status === 'unknown' && usage.opened > 0).map(({ id }) => id)
}

/** How many events speak of a key. */
export function countOf({ opened, rejected, sealed }: KeyUsage): number {
  return opened + rejected + sealed
}

function adviceOf({ ahead, coveredFrom, leftOut, to }: Usage, opensSince: Seconds, now: Seconds): Advice {
  const weekAgo = now - WEEK + SLACK
  // No log can tell of a key that is younger.
  if (opensSince > weekAgo) return 'key-too-young'
  // What was left out may have been this key's.
  if (coveredFrom === undefined || to === undefined || leftOut + ahead > 0) return 'log-too-short'
  return coveredFrom <= weekAgo && to >= now - SLACK ? 'can-retire' : 'log-too-short'
}
