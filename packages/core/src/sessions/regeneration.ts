import { encodeUtf8 } from '#bytes'
import { SUBJECT_BYTES } from '../codec/record.ts'
import { check } from '../base/check.ts'
import { anything, group, type Shape } from './shape.ts'

/** What `regenerate` is called for. */
export interface RegenerateOptions {
  /** Who has just authenticated. Leave it out for a change of privilege. */
  readonly subject?: string
  /** Keeps data and flash although another subject was set before. */
  readonly data?: 'keep'
}

/** A name that is not known would be a login that does not happen. */
export const checkRegenerate: Shape = group({ subject: anything, data: anything })

/** Refuses a subject that could not be sealed as it is. Throws `ERR_DATA_INVALID`. */
export function checkSubject(subject: unknown): void {
  check(
    // Lone surrogates all become the same bytes: two subjects must not collide.
    typeof subject === 'string' &&
      subject !== '' &&
      subject.isWellFormed() &&
      encodeUtf8(subject).length <= SUBJECT_BYTES,
    `subject must be a string of 1 to ${SUBJECT_BYTES} bytes, such as String(user.id)`,
    'ERR_DATA_INVALID',
  )
}
