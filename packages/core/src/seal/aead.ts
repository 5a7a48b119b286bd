import { type Bytes, concat } from '../base/bytes.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'

/** Bytes of a key, of a nonce and of its two halves, and of a tag (C2SP XAES-256-GCM). */
export const KEY_BYTES = 32
export const NONCE_BYTES = 24
export const NONCE_PREFIX_BYTES = 12
export const TAG_BYTES = 16

/** AES-256-GCM (NIST SP 800-38D) under the key that XAES-256-GCM derives for one nonce prefix. */
export interface DerivedKey {
  /** Ciphertext, then tag. `nonce` is the second half of the XAES nonce, 12 bytes. */
  encrypt(nonce: Bytes, aad: Bytes, plaintext: Bytes): MaybePromise<Bytes>
  /** The plaintext, or `undefined` when the tag does not fit; nothing of the plaintext is shown before it does. */
  decrypt(nonce: Bytes, aad: Bytes, ciphertextAndTag: Bytes): MaybePromise<Bytes | undefined>
}

/** A key of XAES-256-GCM. */
export interface ExtendedKey {
  /** The key for every nonce that begins with this prefix of 12 bytes. Worth keeping: see spec/token.md "Derived keys". */
  derive(prefix: Bytes): MaybePromise<DerivedKey>
}

/** What the platform's `#aead` answers. Both platforms give the same bytes. */
export interface Aead {
  /** HKDF-SHA-256 (RFC 5869) with an empty salt: 32 bytes or fewer. */
  hkdf(secret: Bytes, info: Bytes, length: number): MaybePromise<Bytes>
  /** SHA-256 (FIPS 180-4). */
  sha256(bytes: Bytes): MaybePromise<Bytes>
  /** HMAC-SHA-256 (RFC 2104). */
  hmac(secret: Bytes, message: Bytes): MaybePromise<Bytes>
  /** Makes an XAES-256-GCM key of 32 bytes. */
  extendedKey(key: Bytes): MaybePromise<ExtendedKey>
}

/** Doubles a block in GF(2^128) (NIST SP 800-38B, subkey generation): L to K1. */
export function doubled(block: Bytes): Bytes {
  const result = block.map((byte, index) => (byte << 1) | ((block[index + 1] ?? 0) >>> 7))
  const last = block.length - 1
  // Without a branch on a bit of the key: 0x87 when the top bit was set, else 0.
  result[last] = (result[last] ?? 0) ^ (0x87 & -((block[0] ?? 0) >>> 7))
  return result
}

/** M1 or M2 of XAES-256-GCM: counter as uint16, the letter "X", a zero, the nonce prefix. */
export function derivationBlock(counter: 1 | 2, prefix: Bytes): Bytes {
  return concat(Uint8Array.of(0, counter, 0x58, 0), prefix)
}
