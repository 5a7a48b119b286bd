import { encodeBase64url } from '#bytes'
import type { Bytes } from '../base/bytes.ts'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { decodeEnvelope } from './envelope.ts'
import { Key } from './key.ts'
import { findKey, findSealingKey, type Keyring, type KeySet, sealingKey } from './keyring.ts'
import { createOpenedTokens, type OpenedToken, type OpenedTokens } from './opened-tokens.ts'
import { encodePurpose, type Purpose } from './purpose.ts'
import { createPurposeKey, type PurposeKey } from './purpose-key.ts'

/** A token and the key that sealed it. */
export interface SealedToken {
  readonly token: string
  readonly keyId: string
}

/** Seals bytes into tokens for one purpose and opens what it, or another process with the same keys, has sealed. */
export interface Sealer {
  /** The token of a plaintext, sealed by the key that seals at `now`. Throws `ERR_KEYRING_INVALID` when no key may seal yet, and `SessionUnavailableError` while keys are missing. */
  seal(plaintext: Bytes, now: Seconds): Promise<SealedToken>
  /** What a token holds, or why it was not opened. Never throws for any text. The bytes may be shared: do not change them. */
  unseal(token: string): Promise<OpenedToken | Rejection>
  /** The id of the key that seals at `now`, if one does. */
  sealingKeyId(now: Seconds): string | undefined
}

/** Whether tokens that were opened a moment ago are remembered. */
export type OpenedTokensMode = 'remember' | 'forget'

/** Makes the sealer of one purpose. Every cache is the sealer's own and is dropped when the keyring's keys change. */
export function createSealer(keyring: Keyring, purpose: Purpose, mode: OpenedTokensMode = 'remember'): Sealer {
  const encodedPurpose = encodePurpose(purpose)
  let state: SealerState | undefined

  const current = (): SealerState => {
    if (state?.keySet !== keyring.current) state = newState(keyring.current, mode)
    return state
  }
  const prepare = ({ prepared }: SealerState, key: Key): PurposeKey => {
    let purposeKey = prepared.get(key)
    if (purposeKey === undefined) {
      const source = { keyId: key.id, secret: Key.secretOf(key), label: 'key', purpose: encodedPurpose } as const
      prepared.set(key, (purposeKey = createPurposeKey(source)))
    }
    return purposeKey
  }

  return {
    async seal(plaintext, now) {
      await keyring.check?.()
      const from = current()
      const key = sealingKey(from.keySet, now)
      return { token: encodeBase64url(await prepare(from, key).seal(plaintext)), keyId: key.id }
    },

    async unseal(token) {
      await keyring.check?.()
      let from = current()
      const remembered = from.opened?.get(token)
      if (remembered !== undefined) return remembered
      const envelope = decodeEnvelope(token)
      if (envelope instanceof Rejection) return envelope
      let key = findKey(from.keySet, envelope.keyId)
      if (key instanceof Rejection && key.reason === 'unknown-key') {
        await keyring.refresh?.()
        from = current()
        key = findKey(from.keySet, envelope.keyId)
      }
      if (key instanceof Rejection) return key
      const plaintext = await prepare(from, key).open(envelope)
      // Nothing else is tried after this (CVE-2026-39324 was a second way to open).
      if (plaintext === undefined) return new Rejection('forged', key.id)
      const opened = { plaintext, keyId: key.id }
      // Into the cache of the keys that opened it: if they have changed meanwhile, it is gone already.
      from.opened?.add(envelope.bytes, opened)
      return opened
    },

    sealingKeyId(now) {
      return findSealingKey(current().keySet, now)?.id
    },
  }
}

/** Everything that belongs to one set of keys and is dropped with it. */
interface SealerState {
  readonly keySet: KeySet
  readonly prepared: Map<Key, PurposeKey>
  readonly opened: OpenedTokens | undefined
}

function newState(keySet: KeySet, mode: OpenedTokensMode): SealerState {
  return {
    keySet,
    prepared: new Map(),
    opened: mode === 'remember' ? createOpenedTokens() : undefined,
  }
}
