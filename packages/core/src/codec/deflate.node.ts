import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Bytes } from '../base/bytes.ts'
import { plainBytes } from '../base/bytes.node.ts'
import type { Deflate } from './deflate.ts'

/** DEFLATE by node:zlib, at once: a cookie's payload takes microseconds, less than a trip to the thread pool. */
export const platformDeflate: Deflate = {
  deflate(bytes) {
    return plainBytes(deflateRawSync(bytes))
  },
  inflate(bytes, limit) {
    return inflateWithin(bytes, limit)
  },
}

/** What zlib answers with `info: true`; @types/node knows only the answer without it. */
interface Inflated {
  readonly buffer: Bytes
  readonly engine: { readonly bytesWritten: number }
}

function inflateWithin(bytes: Bytes, limit: number): Bytes | undefined {
  let inflated: Inflated
  try {
    // The cast says what zlib answers with `info: true`.
    inflated = inflateRawSync(bytes, { maxOutputLength: limit, info: true }) as unknown as Inflated
  } catch {
    // zlib throws for a broken or unfinished stream and for one that exceeds maxOutputLength.
    return undefined
  }
  // zlib stops at the end of the stream and would pass over whatever follows it.
  return inflated.engine.bytesWritten === bytes.length ? plainBytes(inflated.buffer) : undefined
}
