/**
 * Why a cookie was not accepted. For the operator, never for the visitor: to him every one of them looks the same.
 * `spec/session.md` says what each means and where it arises.
 */
export type RejectionReason =
  | 'malformed'
  | 'unknown-version'
  | 'unknown-key'
  | 'retired-key'
  | 'forged'
  | 'undecodable'
  | 'too-large'
  | 'chunks-incomplete'
  | 'ambiguous'
  | 'expired'
  | 'idle'
  | 'not-yet-valid'
  | 'revoked'
  | 'superseded'
  | 'replayed'
  | 'invalid-data'
  | 'newer-data'

/** The answer to untrusted input that was not accepted. A value, not an error: hostile input never throws. */
export class Rejection {
  readonly reason: RejectionReason
  /** What an operator may want beside the reason: the key id that was asked for, in hexadecimal. */
  readonly keyId: string | undefined

  constructor(reason: RejectionReason, keyId?: string) {
    this.reason = reason
    this.keyId = keyId
  }
}
