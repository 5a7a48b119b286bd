import type { Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import { idOf, type SessionState } from './session-state.ts'

/** What a session will say about itself once it is sealed: spec/session.md "Claims of a write". Changes nothing but to draw an id that was not asked for yet. */
export async function nextClaims<Data extends object>(state: SessionState<Data>, now: Seconds): Promise<Claims> {
  const id = idOf(state)
  const { revoker, upgrade } = state.settings
  const { claims } = state
  let { createdAt = now, sealedAt } = claims
  if (sealedAt === undefined) {
    // Dated after every cut-off, so that a login in the second of a "log out everywhere" lives.
    createdAt = Math.max(now, ((await revoker?.cutoff(claims.subject)) ?? -1) + 1)
    sealedAt = now
  }
  return {
    ...claims,
    id,
    createdAt,
    sealedAt: Math.max(now, createdAt, sealedAt),
    ...(upgrade && { dataVersion: upgrade.version }),
  }
}
