import { SessionError } from '../base/errors.ts'
import { encodePayload } from '../codec/payload.ts'
import {
  CHECK_ONLY,
  differingFields,
  isPlainObject,
  issueText,
  type StandardResult,
  type StandardSchema,
} from './schema.ts'

/** Encodes `initial()` twice: change detection compares with it, so a date or a random value would look like a change on every request. */
export function initialText<Data extends object>(
  initial: () => Data,
  schema: StandardSchema<Data> | undefined,
): string {
  const first = encodedInitial(initial)
  if (first !== encodedInitial(initial)) {
    throw new SessionError(
      'ERR_INITIAL_INVALID',
      'initial() gives something else on every call. Set values such as a date or a token in a handler instead.',
    )
  }
  const checked = validatedInitial(initial, schema)
  if (checked === undefined) return first
  if (checked.issues !== undefined) {
    throw new SessionError(
      'ERR_INITIAL_INVALID',
      `The schema does not accept the data of a new visitor (what initial() gives, or {} without one) at ${issueText(checked.issues)}. Give an initial() that satisfies it.`,
    )
  }
  const fields = differingFields(first, encodePayload(checked.value))
  if (fields.length === 0) return first
  throw new SessionError(
    'ERR_INITIAL_INVALID',
    `The schema gives back something else than initial(), at data.${fields.slice(0, 3).join(', data.')}. ${CHECK_ONLY}`,
  )
}

/** What the schema says of `initial()`, where it says it at once. */
function validatedInitial<Data extends object>(
  initial: () => Data,
  schema: StandardSchema<Data> | undefined,
): StandardResult<Data> | undefined {
  try {
    const result = schema?.['~standard'].validate(initial())
    if (!(result instanceof Promise)) return result
    // Nobody waits for it here: its rejection must not end the process. The first request will meet the same.
    result.catch(() => undefined)
    return undefined
  } catch (cause) {
    // A schema is the app's own code and may throw anything.
    throw new SessionError('ERR_INITIAL_INVALID', 'The schema throws for initial(); the cause says why.', { cause })
  }
}

function encodedInitial(initial: () => object): string {
  const value: unknown = initial()
  if (!isPlainObject(value)) {
    throw new SessionError('ERR_INITIAL_INVALID', 'initial() must give a plain object, at once.')
  }
  try {
    return encodePayload(value, 'initial()')
  } catch (cause) {
    throw new SessionError('ERR_INITIAL_INVALID', 'initial() cannot be encoded; the cause says where.', { cause })
  }
}
