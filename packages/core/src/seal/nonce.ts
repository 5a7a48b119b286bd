import type { Bytes } from '../base/bytes.ts'

/** spec/token.md "Derived keys": a prefix serves this many seals … */
export const PREFIX_SEALS = 65_536
/** … or this long, whichever ends first, in milliseconds. */
export const PREFIX_AGE_MS = 3_600_000

/** spec/token.md "Entropy": random bytes are drawn in batches of at most this many … */
export const BATCH_BYTES = 192
/** … and what is left of a batch is dropped after this long, in milliseconds. */
export const BATCH_AGE_MS = 1000

/** Bytes of the second half of a nonce. */
export const SUFFIX_BYTES = 12

/**
 * What the platform's `#nonce` answers: twelve bytes, uniformly random, for the second half of a nonce. Nothing is
 * drawn before the first call (workerd forbids that). Throws while the process must not seal: what is random now would
 * be repeated by every process started from the snapshot.
 */
export type SuffixSource = () => Bytes

/**
 * Makes what adds clock bits to random bytes, because two machines restored from one image may draw the same ones: XOR
 * keeps them uniform and makes the copies diverge as soon as their clocks do.
 */
export function createClockMask(): (suffix: Bytes, now: number) => Bytes {
  const moment = new Float64Array(2)
  const clocks = new Uint8Array(moment.buffer)
  return (suffix, now) => {
    moment[0] = now
    moment[1] = Date.now()
    for (let index = 0; index < SUFFIX_BYTES; index++) {
      suffix[index] = (suffix[index] ?? 0) ^ (clocks[index] ?? 0) ^ (clocks[index + 4] ?? 0)
    }
    return suffix
  }
}
