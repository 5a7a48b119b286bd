import type { Seconds } from '../base/time.ts'

/** How far a cut-off lies ahead of the store's clock, so that servers whose clocks differ by as much agree on who came before. */
const AHEAD: Seconds = 60
/** How far at most. Everything that authenticates is dated after the cut-off, and readers take no more than this and a second. */
const FARTHEST: Seconds = 120

/**
 * The cut-off that a revocation of a subject or of all gives, for stores: `present` is the latest that any session it is to
 * reach may be dated after, `now` the store's clock. A second later than that one at least: who has signed in after a
 * revocation, and is revoked again within the same second, is dated after the first.
 */
export function nextCutoff(present: Seconds, now: Seconds): Seconds {
  return Math.max(present, Math.min(Math.max(now + AHEAD, present + 1), now + FARTHEST))
}
