import { platformAead } from '#aead'
import { type Bytes, concat, readUint32 } from '../base/bytes.ts'
import { type DerivedKey, type ExtendedKey, NONCE_PREFIX_BYTES } from './aead.ts'
import { envelopeHeader } from './envelope.ts'
import { Key } from './key.ts'
import { PREFIX_AGE_MS, PREFIX_SEALS, randomPrefix } from './nonce.ts'
import { derivationInfo } from './purpose.ts'

/** How many derived keys are kept for reading: one for each process and window whose tokens come by. */
const DERIVED_KEYS = 1000

/** One key, made ready for one purpose. */
export interface PurposeKey {
  readonly id: string
  /** version ‖ key id. */
  readonly header: Bytes
  readonly aad: Bytes
  readonly root: ExtendedKey
  /** Derived keys of prefixes whose tokens have opened, by prefix, the least recently added first. */
  readonly derived: Map<string, DerivedKey>
  /** The one of them that opened a token last. */
  recent: { readonly prefix: Bytes; readonly derived: DerivedKey } | undefined
  /** The prefix under which this process seals now. */
  sealing: SealingWindow | undefined
  /** While a window is being made: those who come meanwhile wait for it. */
  opening: Promise<void> | undefined
}

/** A nonce prefix of this process with its derived key. */
export interface SealingWindow {
  readonly prefix: Bytes
  readonly key: DerivedKey
  readonly endsAt: number
  sealsLeft: number
}

/** Derives what one key needs for one purpose. `purpose` is length-prefixed. */
export async function preparePurposeKey(key: Key, purpose: Bytes): Promise<PurposeKey> {
  const header = envelopeHeader(key.id)
  const rootKey = await platformAead.hkdf(Key.secretOf(key), derivationInfo('key', purpose), 32)
  return {
    id: key.id,
    header,
    aad: concat(header, purpose),
    root: await platformAead.extendedKey(rootKey),
    derived: new Map(),
    recent: undefined,
    sealing: undefined,
    opening: undefined,
  }
}

/** The open window, which counts this seal; `undefined` when there is none or it is used up: after 2^16 seals or an hour. */
export function countSeal(key: PurposeKey): SealingWindow | undefined {
  const window = key.sealing
  if (window === undefined || window.sealsLeft === 0 || performance.now() >= window.endsAt) return undefined
  window.sealsLeft--
  return window
}

/** A new window, which counts this seal and serves those to come. Seals that begin at once share it. */
export async function openWindow(key: PurposeKey): Promise<SealingWindow> {
  for (;;) {
    key.opening ??= replaceWindow(key).finally(() => {
      key.opening = undefined
    })
    await key.opening
    const window = countSeal(key)
    if (window !== undefined) return window
  }
}

/** Draws the prefix now, at first use: see spec/token.md "Derived keys". */
async function replaceWindow(key: PurposeKey): Promise<void> {
  const prefix = randomPrefix()
  const derived = await key.root.derive(prefix)
  key.sealing = { prefix, key: derived, endsAt: performance.now() + PREFIX_AGE_MS, sealsLeft: PREFIX_SEALS }
}

/** The derived key that opens what was sealed under a prefix, if it has opened something before. */
export function keptDerived(key: PurposeKey, prefix: Bytes): DerivedKey | undefined {
  const { recent } = key
  // Most tokens of a time come from one window of one process: looked at before the map, which needs a text for its key.
  if (recent !== undefined && isSamePrefix(recent.prefix, prefix)) return recent.derived
  const derived = key.derived.get(mapKeyOf(prefix))
  if (derived !== undefined) key.recent = { prefix: prefix.slice(), derived }
  return derived
}

function isSamePrefix(a: Bytes, b: Bytes): boolean {
  for (let index = 0; index < NONCE_PREFIX_BYTES; index++) if (a[index] !== b[index]) return false
  return true
}

/** Keeps a derived key that has opened a token: strangers' tokens with made-up prefixes must not fill the cache. */
export function keepDerived(key: PurposeKey, prefix: Bytes, derived: DerivedKey): void {
  const mapKey = mapKeyOf(prefix)
  // Two requests may have derived it at once.
  if (key.derived.has(mapKey)) return
  if (key.derived.size >= DERIVED_KEYS) {
    const [oldest] = key.derived.keys()
    if (oldest !== undefined) key.derived.delete(oldest)
  }
  key.derived.set(mapKey, derived)
}

function mapKeyOf(prefix: Bytes): string {
  return `${readUint32(prefix, 0)} ${readUint32(prefix, 4)} ${readUint32(prefix, 8)}`
}
