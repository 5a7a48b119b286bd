import { SessionError, type SessionErrorCode } from '../base/errors.ts'

/** Refuses misuse: throws a `SessionError` with this message where the condition does not hold. */
export function check(
  condition: boolean,
  message: string,
  code: SessionErrorCode = 'ERR_OPTIONS_INVALID',
): asserts condition {
  if (!condition) throw new SessionError(code, `${message}.`)
}
