import { platformAead } from '#aead'
import { type Bytes, toHex } from '../base/bytes.ts'
import type { Clock } from '../base/time.ts'
import { Key } from '../seal/key.ts'
import { findSealingKey, type Keyring } from '../seal/keyring.ts'
import { derivationInfo } from '../seal/purpose.ts'

/** What a session is called in events: 16 hexadecimal characters that stay the same from request to request and lead back to nothing. */
export type SessionReference = string

const REFERENCE_BYTES = 8

/** Names a session without naming its id: the first 8 bytes of HMAC-SHA-256 over the id, under a key derived for this. The same on every server with the same sealing key. */
export type Refer = (id: Bytes) => Promise<SessionReference>

export function createRefer(keyring: () => Promise<Keyring>, now: Clock): Refer {
  let derived: { readonly from: Key; readonly secret: Bytes } | undefined
  return async (id) => {
    const { current } = await keyring()
    const key = findSealingKey(current, now()) ?? current.keys[0]
    // While keys are missing no session opens and none is sealed: nothing has to be named.
    if (!key) return ''
    if (derived?.from !== key) {
      derived = { from: key, secret: await platformAead.hkdf(Key.secretOf(key), derivationInfo('events'), 32) }
    }
    return toHex((await platformAead.hmac(derived.secret, id)).subarray(0, REFERENCE_BYTES))
  }
}
