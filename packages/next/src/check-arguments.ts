import { SessionError } from '@encrypted-session/core'
import { checkAdapterOptions } from '@encrypted-session/core/fetch'

/** Says to JavaScript what the types say: throws `ERR_OPTIONS_INVALID` for what is no sessions, or no callback. */
export function checkArguments(sessions: unknown, ...callbacks: readonly unknown[]): void {
  checkAdapterOptions(sessions)
  if (callbacks.every((callback) => typeof callback === 'function')) return
  throw new SessionError('ERR_OPTIONS_INVALID', 'A function is needed that is given the session.')
}
