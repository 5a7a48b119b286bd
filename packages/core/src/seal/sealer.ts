import { platformAead } from '#aead'
import type { Bytes } from '../base/bytes.ts'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { decodeEnvelope, encodeEnvelope, packEnvelope } from './envelope.ts'
import type { Key } from './key.ts'
import { findKey, findSealingKey, type Keyring, type KeySet, sealingKey } from './keyring.ts'
import { createSuffixSource } from './nonce.ts'
import { createOpenedTokens, type OpenedToken, type OpenedTokens } from './opened-tokens.ts'
import { encodePurpose, type Purpose } from './purpose.ts'
import { createVisits, type Visits } from './visits.ts'
import { countSeal, keepDerived, keptDerived, openWindow, preparePurposeKey, type PurposeKey } from './purpose-key.ts'

/** A token and the key that sealed it. */
export interface SealedToken {
  readonly token: string
  readonly keyId: string
}

/** Seals bytes into tokens for one purpose and opens what it, or another process with the same keys, has sealed. */
export interface Sealer {
  /** The token of a plaintext, sealed by the key that seals at `now`. Throws `ERR_KEYRING_INVALID` when no key may seal yet. */
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
  const suffixes = createSuffixSource()
  let state = newState(keyring.current, mode)

  const current = (): SealerState => {
    if (state.keySet !== keyring.current) state = newState(keyring.current, mode)
    return state
  }
  const prepare = async (from: SealerState, key: Key): Promise<PurposeKey> => {
    const purposeKey = await preparePurposeKey(key, encodedPurpose)
    // Another call may have prepared it meanwhile: one sealing window per key, not two.
    const winner = from.prepared.get(key.id) ?? purposeKey
    from.prepared.set(key.id, winner)
    return winner
  }

  return {
    async seal(plaintext, now) {
      platformAead.refuseSnapshot()
      const from = current()
      const key = sealingKey(from.keySet, now)
      const purposeKey = from.prepared.get(key.id) ?? (await prepare(from, key))
      const window = countSeal(purposeKey) ?? (await openWindow(purposeKey))
      const suffix = suffixes.next()
      const ciphertextAndTag = await window.key.encrypt(suffix, purposeKey.aad, plaintext)
      const envelope = packEnvelope(purposeKey.header, window.prefix, suffix, ciphertextAndTag)
      return { token: encodeEnvelope(envelope), keyId: key.id }
    },

    async unseal(token) {
      const remembered = current().opened?.get(token)
      if (remembered !== undefined) return remembered
      const envelope = decodeEnvelope(token)
      if (envelope instanceof Rejection) return envelope
      let from = current()
      let key = findKey(from.keySet, envelope.keyId)
      if (key instanceof Rejection && key.reason === 'unknown-key' && keyring.refresh !== undefined) {
        await keyring.refresh()
        from = current()
        key = findKey(from.keySet, envelope.keyId)
      }
      if (key instanceof Rejection) return key
      const purposeKey = from.prepared.get(key.id) ?? (await prepare(from, key))
      const kept = keptDerived(purposeKey, envelope.noncePrefix)
      const derived = kept ?? (await purposeKey.root.derive(envelope.noncePrefix))
      const plaintext = await derived.decrypt(envelope.nonceSuffix, purposeKey.aad, envelope.ciphertextAndTag)
      // Nothing else is tried after this (CVE-2026-39324 was a second way to open).
      if (plaintext === undefined) return new Rejection('forged', key.id)
      if (kept === undefined) keepDerived(purposeKey, envelope.noncePrefix, derived)
      const opened = { plaintext, keyId: key.id }
      // Into the cache of the keys that opened it: if they have changed meanwhile, it is gone already.
      // The token's text is a window on the Cookie header; encoding the bytes again gives the same text on its own.
      if (from.opened !== undefined && from.visits.isRepeated(envelope)) {
        from.opened.set(encodeEnvelope(envelope.bytes), opened)
      }
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
  readonly prepared: Map<string, PurposeKey>
  readonly opened: OpenedTokens | undefined
  readonly visits: Visits
}

function newState(keySet: KeySet, mode: OpenedTokensMode): SealerState {
  return {
    keySet,
    prepared: new Map(),
    opened: mode === 'remember' ? createOpenedTokens() : undefined,
    visits: createVisits(),
  }
}
