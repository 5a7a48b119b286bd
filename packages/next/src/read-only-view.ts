import { type AnonymousView, type SessionSnapshot, SessionUnavailableError, type SessionView } from '@encrypted-session/core'

/** A session that can only be looked at; of a visitor who has none, what a new one would have. */
export type ReadOnlyView<Data extends object> = SessionSnapshot<Data> | AnonymousView<Data>

/** The view, unless the stores could not tell. */
export function knownView<Data extends object>(view: SessionView<Data>): ReadOnlyView<Data> {
  if (view.kind !== 'unavailable') return Object.freeze(view)
  throw new SessionUnavailableError('A store cannot answer now, so it is not known whether this session still holds.')
}
