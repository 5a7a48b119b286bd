import { SessionError, type SessionErrorCode } from './errors.ts'

/** Throws a {@link SessionError} where a condition does not hold. The message says what should be, without a full stop. */
export function check(
  condition: boolean,
  message: string,
  code: SessionErrorCode = 'ERR_OPTIONS_INVALID',
): asserts condition {
  if (!condition) throw new SessionError(code, `${message}.`)
}
