import type { Seconds } from '@encrypted-session/core'
import type { Keyset } from '@encrypted-session/core/keyset'
import { formatDistance, formatMoment } from '../moment.ts'
import type { Changed } from './keyset-change.ts'
import { type KeyFacts, keyFacts } from './keyset-facts.ts'

/** The key that will seal and does not yet; `undefined` where no rotation is under way. */
export function waitingKey(keyset: Keyset, now: Seconds): KeyFacts | undefined {
  return keyFacts(keyset, now).find(({ role }) => role === 'will-seal')
}

/** What is left to know after a change while a key waits: it takes over all the same. One text, or none. */
export function waitingTexts({ after, again, now }: Pick<Changed, 'after' | 'again' | 'now'>): readonly string[] {
  const waiting = waitingKey(after, now)
  if (waiting === undefined) return []
  const { activateAt, id } = waiting
  return [
    `${id} still waits, and takes over at ${formatMoment(activateAt)}, ${formatDistance(activateAt, now)}. To call that off: ${again(`keys demote ${id}`)}
If the file has leaked, so has this key: ${again(`keys revoke ${id}`)}`,
  ]
}
