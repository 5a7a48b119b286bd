import type { Session } from '@encrypted-session/core'

/** Lets the session count as used, as in frameworks where the handler looks at it: what is due is extended. Throws `SessionUnavailableError`. */
export function touch(session: Session<object>): void {
  void session.origin
}
