import v8 from 'node:v8'
import { SessionError } from '../base/errors.ts'
import { BATCH_AGE_MS, BATCH_BYTES, createClockMask, SUFFIX_BYTES, type SuffixSource } from './nonce.ts'

// Bun and Deno run this file too and have node:v8, but not this part of it; its type promises it everywhere.
const snapshots = v8.startupSnapshot as typeof v8.startupSnapshot | undefined

/** Suffixes drawn in small batches: one call into the platform costs about as much for 192 bytes as for 12. */
export function createSuffixSource(): SuffixSource {
  const addClocks = createClockMask()
  const batch = new Uint8Array(BATCH_BYTES)
  let used = BATCH_BYTES
  let drawnAt = 0
  return () => {
    refuseSnapshot()
    const now = performance.now()
    if (used + SUFFIX_BYTES > BATCH_BYTES || now - drawnAt > BATCH_AGE_MS) {
      crypto.getRandomValues(batch)
      used = 0
      drawnAt = now
    }
    const suffix = batch.slice(used, used + SUFFIX_BYTES)
    // Each byte is used once; wiped so that a later image of the memory does not hold it.
    batch.fill(0, used, used + SUFFIX_BYTES)
    used += SUFFIX_BYTES
    return addClocks(suffix, now)
  }
}

function refuseSnapshot(): void {
  if (!snapshots?.isBuildingSnapshot()) return
  throw new SessionError(
    'ERR_SNAPSHOT',
    'A session was to be sealed while a V8 startup snapshot is being built. Seal after the snapshot has been started, or its processes would repeat nonces.',
  )
}
