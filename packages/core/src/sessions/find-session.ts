import { SessionUnavailableError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import { openCookie, tellRejected } from './open.ts'
import { checkedData } from './schema.ts'
import type { SessionState } from './session-state.ts'

/** Finds out by cookie, store and schema whose session this is, and tells what became of that. What is not believed leaves the state fresh. */
export async function findSession<Data extends object>(
  state: SessionState<Data>,
  header: string | null | undefined,
): Promise<void> {
  const { settings } = state
  if (!header?.includes(settings.attributes.name)) return
  try {
    const opened = await openCookie(header, settings)
    if (!opened) return
    const { claims, cookie, payloadText } = opened
    const verdict = await settings.revoker?.check(claims)
    const checked =
      verdict === 'revoked' || verdict === 'superseded'
        ? new Rejection(verdict, cookie.keyId)
        : await checkedData(payloadText, claims.dataVersion ?? 0, settings)
    if (checked instanceof Rejection) {
      if (checked.reason === 'newer-data') state.restriction = 'newer-data'
      tellRejected(settings, cookie, checked)
      return
    }
    if (verdict === 'read-only') state.restriction = 'superseded'
    // A handler's change is a change from what the schema and the upgrade have made of it.
    state.opened = checked ? { ...opened, ...checked } : opened
    state.claims = claims
    state.cookie = cookie
    await settings.emitter.emitOf(claims.id, { type: 'opened', keyId: cookie.keyId })
  } catch (error) {
    // A store's silence, which is thrown when the handler touches the session and not before.
    if (!(error instanceof SessionUnavailableError)) throw error
    state.unavailable = error
  }
}
