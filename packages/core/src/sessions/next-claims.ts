import type { Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import { idOf, type SessionState } from './session-state.ts'

/** What a session will say about itself once it is sealed: spec/session.md "Claims of a write". Changes nothing but to draw an id that was not asked for yet. */
export async function nextClaims<Data extends object>(state: SessionState<Data>, now: Seconds): Promise<Claims> {
  const id = idOf(state)
  const { claims, settings } = state
  const { revoker, upgrade } = settings
  // Dated after every cut-off, so that a login in the second of a "log out everywhere" lives.
  const createdAt = claims.createdAt ?? Math.max(now, ((await revoker?.cutoff(claims.subject)) ?? -1) + 1)
  const sealedAt = Math.max(now, createdAt, claims.sealedAt ?? 0)
  return { ...claims, id, createdAt, sealedAt, ...(upgrade && { dataVersion: upgrade.version }) }
}
