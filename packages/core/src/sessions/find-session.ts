import { SessionUnavailableError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import { openCookie, type OpenedCookie, tellRejected } from './open.ts'
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
    const { claims, cookie } = opened
    const rejection = await resume(state, opened)
    if (rejection) tellRejected(settings, cookie, rejection)
    else await settings.emitter.emitOf(claims.id, { type: 'opened', keyId: cookie.keyId })
  } catch (error) {
    // A store's silence, which is thrown when the handler touches the session and not before.
    if (!(error instanceof SessionUnavailableError)) throw error
    state.unavailable = error
  }
}

/** Takes over what a cookie held, unless the revocation store or the schema refuses it. */
async function resume<Data extends object>(
  state: SessionState<Data>,
  opened: OpenedCookie,
): Promise<Rejection | undefined> {
  const { claims, cookie, payloadText } = opened
  const verdict = await state.settings.revoker?.check(claims)
  const checked =
    verdict === 'revoked' || verdict === 'superseded'
      ? new Rejection(verdict, cookie.keyId)
      : await checkedData(payloadText, claims.dataVersion ?? 0, state.settings)
  if (checked instanceof Rejection) {
    if (checked.reason === 'newer-data') state.restriction = 'newer-data'
    return checked
  }
  if (verdict === 'read-only') state.restriction = 'superseded'
  // A handler's change is a change from what the schema and the upgrade have made of it.
  state.opened = { ...opened, ...checked }
  state.claims = claims
  state.cookie = cookie
  return undefined
}
