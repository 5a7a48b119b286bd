import type { Session } from './session.ts'
import { type AnonymousView, deepFrozen, readOnlyFlash, type SessionSnapshot } from './view.ts'

/** A session that can only be looked at; of a visitor who has none, what a new one would have. */
export type ReadOnlyView<Data extends object> = SessionSnapshot<Data> | AnonymousView<Data>

/**
 * A frozen copy of an open session as it is now, for adapters that show it where nothing can be written.
 * Throws `SessionUnavailableError` like the session itself.
 */
export function viewOf<Data extends object>(session: Session<Data>): ReadOnlyView<Data> {
  const { cookie, id, subject, createdAt, expiresAt, authenticatedAt, persistent } = session
  const flash = readOnlyFlash(session.flash.peek())
  // A copy: the session's own data stays the handler's to change.
  const data = deepFrozen(structuredClone(session.data))
  if (cookie === undefined) return Object.freeze({ kind: 'anonymous', data, subject: undefined, flash })
  return Object.freeze({
    kind: 'session',
    data,
    id,
    subject,
    createdAt,
    expiresAt,
    authenticatedAt,
    persistent,
    cookie,
    flash,
  })
}
