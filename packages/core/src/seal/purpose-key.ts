import { platformAead } from '#aead'
import { createSuffixSource } from '#nonce'
import { type Bytes, concat, isSame, readUint32 } from '../base/bytes.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { type DerivedKey, type ExtendedKey, KEY_BYTES, NONCE_PREFIX_BYTES } from './aead.ts'
import { type Envelope, envelopeHeader, packEnvelope } from './envelope.ts'
import { PREFIX_AGE_MS, PREFIX_SEALS } from './nonce.ts'
import { derivationInfo } from './purpose.ts'

/** How many derived keys are kept for reading: one for each process and window whose tokens come by. */
const DERIVED_KEYS = 1000

/** One key, made ready for one purpose. */
export interface PurposeKey {
  /** The envelope of a plaintext. Throws while a V8 startup snapshot is being built. */
  seal(plaintext: Bytes): Promise<Bytes>
  /** The plaintext of an envelope, or `undefined` when it is forged. */
  open(envelope: Envelope): MaybePromise<Bytes | undefined>
}

/** What a purpose's key is made of. */
export interface PurposeKeySource {
  readonly keyId: string
  readonly secret: Bytes
  /** What the derivation is for. */
  readonly label: 'key' | 'row'
  /** Length-prefixed. */
  readonly purpose: Bytes
  /** What else must be the same for an envelope to open. */
  readonly context?: Bytes
}

/** A nonce prefix of this process with its derived key, once it is derived. */
interface SealingWindow {
  readonly prefix: Bytes
  readonly endsAt: number
  sealsLeft: number
  derived?: DerivedKey
}

/** Makes the key of one purpose. Nothing is derived or drawn before it is needed. */
export function createPurposeKey({
  keyId,
  secret,
  label,
  purpose,
  context = new Uint8Array(),
}: PurposeKeySource): PurposeKey {
  const header = envelopeHeader(keyId)
  const aad = concat(header, purpose, context)
  const nextSuffix = createSuffixSource()
  // Of tokens that have opened, by the first bytes of their prefix, the oldest first.
  const kept = new Map<number, { readonly prefix: Bytes; readonly derived: DerivedKey }>()
  let root: ExtendedKey | undefined
  let window: SealingWindow | undefined

  // Those who come at once may each derive the same key: no harm, and nobody waits for another's failure.
  const derive = async (prefix: Bytes): Promise<DerivedKey> => {
    root ??= await platformAead.extendedKey(await platformAead.hkdf(secret, derivationInfo(label, purpose), KEY_BYTES))
    return root.derive(prefix)
  }
  const countSeal = (): SealingWindow => {
    const now = performance.now()
    if (window === undefined || window.sealsLeft === 0 || now >= window.endsAt) {
      window = {
        prefix: crypto.getRandomValues(new Uint8Array(NONCE_PREFIX_BYTES)),
        endsAt: now + PREFIX_AGE_MS,
        sealsLeft: PREFIX_SEALS,
      }
    }
    window.sealsLeft--
    return window
  }

  const decrypt = (derived: DerivedKey, { nonceSuffix, ciphertextAndTag }: Envelope): MaybePromise<Bytes | undefined> =>
    derived.decrypt(nonceSuffix, aad, ciphertextAndTag)
  const openFirst = async (envelope: Envelope): Promise<Bytes | undefined> => {
    const prefix = envelope.noncePrefix.slice()
    const derived = await derive(prefix)
    const plaintext = await decrypt(derived, envelope)
    // Only what has opened: strangers' tokens with made-up prefixes must not fill the cache.
    if (plaintext === undefined) return undefined
    const [oldest] = kept.keys()
    if (oldest !== undefined && kept.size >= DERIVED_KEYS) kept.delete(oldest)
    kept.set(slotOf(envelope), { prefix, derived })
    return plaintext
  }

  return {
    async seal(plaintext) {
      const suffix = nextSuffix()
      const counted = countSeal()
      counted.derived ??= await derive(counted.prefix)
      return packEnvelope(header, counted.prefix, suffix, await counted.derived.encrypt(suffix, aad, plaintext))
    },
    open(envelope) {
      const known = kept.get(slotOf(envelope))
      if (known === undefined || !isSame(known.prefix, envelope.noncePrefix)) return openFirst(envelope)
      return decrypt(known.derived, envelope)
    },
  }
}

/** Where a derived key is kept: the first bytes of a prefix are random enough. */
function slotOf({ noncePrefix }: Envelope): number {
  return readUint32(noncePrefix, 0)
}
