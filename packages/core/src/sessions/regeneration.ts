import { encodeUtf8 } from '#bytes'
import { SessionError } from '../base/errors.ts'
import { SUBJECT_BYTES } from '../codec/record.ts'

/** What `regenerate` is called for. */
export interface RegenerateOptions {
  /** Who has just authenticated. Leave it out for a change of privilege. */
  readonly subject?: string
  /** Keeps data and flash although another subject was set before. */
  readonly data?: 'keep'
}

/** A name that is not known would be a login that does not happen. */
export function checkRegenerate(options: unknown): void {
  if (
    typeof options === 'object' &&
    options !== null &&
    Object.keys(options).every((name) => name === 'subject' || name === 'data')
  ) {
    return
  }
  throw new SessionError(
    'ERR_OPTIONS_INVALID',
    'session.regenerate takes { subject, data }: session.regenerate({ subject: String(user.id) }).',
  )
}

/** Refuses a subject that could not be sealed as it is. Throws `ERR_DATA_INVALID`. */
export function checkSubject(subject: unknown): void {
  // Lone surrogates all become the same bytes: two subjects must not collide.
  if (
    typeof subject === 'string' &&
    subject !== '' &&
    subject.isWellFormed() &&
    encodeUtf8(subject).length <= SUBJECT_BYTES
  ) {
    return
  }
  throw new SessionError(
    'ERR_DATA_INVALID',
    `A subject is a text of 1 to ${SUBJECT_BYTES} bytes: session.regenerate({ subject: String(user.id) }).`,
  )
}
