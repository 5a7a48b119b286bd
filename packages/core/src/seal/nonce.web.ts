import { createClockMask, SUFFIX_BYTES, type SuffixSource } from './nonce.ts'

/** Suffixes drawn one by one. Only Node builds startup snapshots, so there is none to refuse. */
export function createSuffixSource(): SuffixSource {
  const addClocks = createClockMask()
  return () => addClocks(crypto.getRandomValues(new Uint8Array(SUFFIX_BYTES)), performance.now())
}
