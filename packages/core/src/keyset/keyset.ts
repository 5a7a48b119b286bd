import type { Seconds } from '../base/time.ts'
import type { Key } from '../seal/key.ts'

/** One key of a keyset: its secret, its status and when it may seal, and what an operator wants to know of its past. */
export interface KeysetKey {
  /** Its `status` and `activateAt` are those of the file; its secret shows nowhere. */
  readonly key: Key
  readonly createdAt: Seconds
  /** Since when it has sealed nothing more; absent for a key that may still seal, and for one that never did. */
  readonly sealedUntil?: Seconds
}

/** What is left of a key whose secret was deleted: cookies that it sealed are told apart from those of strangers. */
export interface RevokedKey {
  readonly id: string
  readonly revokedAt: Seconds
}

/** The keys of an app over the years, as operators keep them. Immutable: every change gives another keyset. */
export interface Keyset {
  /** Grows by one with every change. */
  readonly revision: number
  /** The newest first. */
  readonly keys: readonly KeysetKey[]
  readonly revoked: readonly RevokedKey[]
}
