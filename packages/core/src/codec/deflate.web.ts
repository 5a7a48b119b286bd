import { type Bytes, concat } from '../base/bytes.ts'
import type { Deflate } from './deflate.ts'

/** DEFLATE by Compression Streams, for platforms without node:zlib. */
export const platformDeflate: Deflate = {
  deflate(bytes) {
    return through(new CompressionStream('deflate-raw'), bytes, Number.POSITIVE_INFINITY)
  },
  async inflate(bytes, limit) {
    try {
      return await through(new DecompressionStream('deflate-raw'), bytes, limit)
    } catch {
      // The stream errors for broken, unfinished and overlong input, and `through` beyond the limit.
      return undefined
    }
  },
}

async function through(
  transform: CompressionStream | DecompressionStream,
  bytes: Bytes,
  limit: number,
): Promise<Bytes> {
  const reader = new Blob([bytes]).stream().pipeThrough(transform).getReader()
  const chunks: Bytes[] = []
  for (let room = limit; ;) {
    const { done, value } = await reader.read()
    if (done) return concat(...chunks)
    room -= value.length
    if (room < 0) {
      await reader.cancel()
      throw new RangeError()
    }
    chunks.push(value)
  }
}
