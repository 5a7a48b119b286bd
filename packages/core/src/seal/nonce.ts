import { type Bytes } from '../base/bytes.ts'
import { NONCE_PREFIX_BYTES } from './aead.ts'

/** spec/token.md "Derived keys": a prefix serves this many seals … */
export const PREFIX_SEALS = 65_536
/** … or this long, whichever ends first, in milliseconds. */
export const PREFIX_AGE_MS = 3_600_000

/** spec/token.md "Entropy": random bytes are drawn in batches of at most this many … */
export const BATCH_BYTES = 192
/** … and what is left of a batch is dropped after this long, in milliseconds. */
export const BATCH_AGE_MS = 1000

const SUFFIX_BYTES = 12

/** Random bytes for nonces, drawn in small batches: one call into the platform costs about as much for 192 bytes as for 12. */
export interface SuffixSource {
  /** Twelve bytes, uniformly random. */
  next(): Bytes
}

/** Draws suffixes from the platform's generator, at first use and never when a module loads (workerd forbids that). */
export function createSuffixSource(): SuffixSource {
  const batch = new Uint8Array(BATCH_BYTES)
  const moment = new Float64Array(2)
  const momentBytes = new Uint8Array(moment.buffer)
  let used = BATCH_BYTES
  let drawnAt = 0
  return {
    next() {
      const now = performance.now()
      if (used + SUFFIX_BYTES > BATCH_BYTES || now - drawnAt > BATCH_AGE_MS) {
        crypto.getRandomValues(batch)
        used = 0
        drawnAt = now
      }
      moment[0] = now
      moment[1] = Date.now()
      const suffix = batch.slice(used, used + SUFFIX_BYTES)
      // Each byte is used once; wiped so that a later image of the memory does not hold it.
      batch.fill(0, used, used + SUFFIX_BYTES)
      used += SUFFIX_BYTES
      // Clock bits are added because two machines restored from one image hold the same batch: XOR keeps
      // the suffix uniform and makes the copies diverge as soon as their clocks do.
      for (let index = 0; index < SUFFIX_BYTES; index++) {
        suffix[index] = (suffix[index] ?? 0) ^ (momentBytes[index] ?? 0) ^ (momentBytes[index + 4] ?? 0)
      }
      return suffix
    },
  }
}

/** A fresh nonce prefix of 12 random bytes. */
export function randomPrefix(): Bytes {
  return crypto.getRandomValues(new Uint8Array(NONCE_PREFIX_BYTES))
}
