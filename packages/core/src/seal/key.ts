import { platformAead } from '#aead'
import { decodeBase64url, encodeBase64url } from '#bytes'
import { type Bytes, concat, isSame, toHex } from '../base/bytes.ts'
import { check } from '../base/check.ts'
import type { Seconds } from '../base/time.ts'
import { KEY_BYTES } from './aead.ts'
import { derivationInfo } from './purpose.ts'

/** spec/token.md "Keys in text": how a key begins, the bytes of its checksum, and the least number of different bytes in a secret. */
export const KEY_PREFIX = 'esk_'
export const CHECKSUM_BYTES = 4
export const DISTINCT_BYTES = 8
/** spec/token.md "Keys": bytes of a key id. */
export const KEY_ID_BYTES = 4

/** `primary` keys may seal and open, `active` ones open, `inactive` ones do neither and are kept to be promoted again. */
export type KeyStatus = 'primary' | 'active' | 'inactive'

/** One key of a keyring. Its secret does not show when it is printed, inspected or turned into JSON. */
export class Key {
  /** Four bytes in hexadecimal, as tokens name it. Tells nothing of the secret. */
  readonly id: string
  readonly status: KeyStatus
  /** From when on a primary key may seal; opening does not wait for it. */
  readonly activateAt: Seconds
  readonly #secret: Bytes

  constructor(id: string, secret: Bytes, status: KeyStatus, activateAt: Seconds) {
    this.id = id
    this.#secret = secret
    this.status = status
    this.activateAt = activateAt
    Object.freeze(this)
  }

  /** The 32 secret bytes, a copy. Only what derives keys asks for it. */
  static secretOf(key: Key): Bytes {
    return key.#secret.slice()
  }
}

/** Checks a secret of 32 bytes and names it. Throws `ERR_KEYRING_INVALID` when it cannot be random. */
export async function createKey(secret: Uint8Array, status: KeyStatus, activateAt: Seconds = 0): Promise<Key> {
  checkKey(
    secret instanceof Uint8Array &&
      secret.length === KEY_BYTES &&
      secret.some((byte) => byte < 0x20 || byte > 0x7e) &&
      new Set(secret).size >= DISTINCT_BYTES,
    `A key is ${KEY_BYTES} random bytes: one is of another length, not random, or a passphrase. ${MAKE_ONE}`,
  )
  const own = new Uint8Array(secret)
  return new Key(toHex(await platformAead.hkdf(own, derivationInfo('key id'), KEY_ID_BYTES)), own, status, activateAt)
}

/** The secret in a key's text, "esk_…", which holds a checksum so that a typing error is told apart from a wrong key. */
export async function parseKeyText(text: string, position: string): Promise<Bytes> {
  checkKey(
    text.startsWith(KEY_PREFIX),
    `${position} does not begin with "${KEY_PREFIX}" (or is in quotes). ${MAKE_ONE}`,
  )
  const bytes = decodeBase64url(text.slice(KEY_PREFIX.length))
  checkKey(bytes?.length === KEY_BYTES + CHECKSUM_BYTES, `${position} is not complete. Copy it again, whole`)
  const secret = bytes.slice(0, KEY_BYTES)
  const checksum = bytes.slice(KEY_BYTES)
  // The decoder's memory is shared with others that come later.
  bytes.fill(0)
  checkKey(
    isSame(await checksumOf(secret), checksum),
    `${position} is mistyped: its checksum does not fit. Copy it again, whole`,
  )
  return secret
}

/** The text of a secret, as {@link parseKeyText} reads it. */
export async function formatKeyText(secret: Bytes): Promise<string> {
  return KEY_PREFIX + encodeBase64url(concat(secret, await checksumOf(secret)))
}

/** A new random key in text form, "esk_…": what goes into `SESSION_KEYS`. Keep it secret; whoever has it can make sessions. */
export async function generateKey(): Promise<string> {
  return formatKeyText(crypto.getRandomValues(new Uint8Array(KEY_BYTES)))
}

async function checksumOf(secret: Bytes): Promise<Bytes> {
  return (await platformAead.sha256(secret)).slice(0, CHECKSUM_BYTES)
}

/** A command that prints a new key. */
export const MAKE_ONE = 'Make one: npx @encrypted-session/cli generate'

/** {@link check} for whatever is wrong with keys. */
export function checkKey(condition: boolean, message: string): asserts condition {
  check(condition, message, 'ERR_KEYRING_INVALID')
}
