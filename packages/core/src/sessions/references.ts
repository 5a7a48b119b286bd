import { platformAead } from '#aead'
import { type Bytes, toHex } from '../base/bytes.ts'
import type { Clock } from '../base/time.ts'
import { Key } from '../seal/key.ts'
import { findSealingKey, type Keyring } from '../seal/keyring.ts'
import { derivationInfo } from '../seal/purpose.ts'

/** What a session is called in events: 16 hexadecimal characters that stay the same from request to request and lead back to nothing. */
export type SessionReference = string

const REFERENCE_BYTES = 8

/** Names sessions in events without naming their ids. */
export interface References {
  /** The first 8 bytes of HMAC-SHA-256 over the id, under a key derived for this: the same on every server with the same sealing key. */
  of(id: Bytes): Promise<SessionReference>
}

export function createReferences(keyring: () => Promise<Keyring>, now: Clock): References {
  let derived: { readonly from: Key; readonly secret: Bytes } | undefined
  return {
    async of(id) {
      const { current } = await keyring()
      const key = findSealingKey(current, now()) ?? current.keys[0]
      // No keyring is without keys; without one there would be nothing to name either.
      if (!key) return ''
      if (derived?.from !== key) {
        derived = { from: key, secret: await platformAead.hkdf(Key.secretOf(key), derivationInfo('events'), 32) }
      }
      return toHex((await platformAead.hmac(derived.secret, id)).subarray(0, REFERENCE_BYTES))
    },
  }
}
