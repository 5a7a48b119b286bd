import type { Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import { idOf, type SessionState } from './session-state.ts'

/** What a session will say about itself once it is sealed: spec/session.md "Claims of a write". Changes nothing but to draw an id that was not asked for yet. */
export async function nextClaims<Data extends object>(state: SessionState<Data>, now: Seconds): Promise<Claims> {
  const kept = state.destroyed ? undefined : state.opened?.claims
  const isMinted = kept === undefined || state.regenerated === 'authenticated'
  // Dated after every cut-off, so that a login in the second of a "log out everywhere" lives.
  const createdAt = isMinted
    ? Math.max(now, ((await state.settings.revoker?.cutoff(state.subject)) ?? -1) + 1)
    : kept.createdAt
  const dataVersion = state.settings.upgrade?.version
  return {
    id: idOf(state),
    createdAt,
    sealedAt: Math.max(now, createdAt, isMinted ? 0 : kept.sealedAt),
    ...(state.subject !== undefined && { subject: state.subject }),
    ...(kept?.generation !== undefined && { generation: kept.generation }),
    ...(dataVersion !== undefined && { dataVersion }),
    persistent: state.persistent,
  }
}
