import { check } from '../base/check.ts'
import { SessionError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { encodePayload } from '../codec/payload.ts'
import { complaintOf, isPlainObject, type StandardResult, type StandardSchema } from './schema.ts'

const CODE = 'ERR_INITIAL_INVALID'

/** The encoding of `initial()`, which change detection compares with: a date or a random value in it would look like a change on every request. */
export function initialText<Data extends object>(
  initial: () => Data,
  schema: StandardSchema<Data> | undefined,
): string {
  const value = initial()
  let text: string
  let again: string
  let result: MaybePromise<StandardResult<Data>> | undefined
  try {
    text = encodePayload(value, 'initial()')
    again = encodePayload(initial(), 'initial()')
    result = schema?.['~standard'].validate(initial())
  } catch (cause) {
    // A schema is the app's own code and may throw anything.
    throw new SessionError(CODE, 'initial() cannot be encoded or checked; the cause says why.', { cause })
  }
  const isConstant = isPlainObject(value) && text === again
  check(isConstant, 'initial() must give the same plain object each time; set dates and tokens in a handler', CODE)
  // Nobody waits for it here: its rejection must not end the process. The first request will meet the same.
  if (result instanceof Promise) result.catch(() => undefined)
  else if (result) {
    const complaint = complaintOf(result, text)
    check(!complaint, `initial(): the schema ${complaint}`, CODE)
  }
  return text
}
