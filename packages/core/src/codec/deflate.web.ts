import { type Bytes, concat } from '../base/bytes.ts'
import type { Deflate } from './deflate.ts'

/** DEFLATE by Compression Streams, for platforms without node:zlib. */
export const platformDeflate: Deflate = {
  async deflate(bytes) {
    return concat(...(await chunksWithin(bytes, new CompressionStream('deflate-raw'), Number.POSITIVE_INFINITY)))
  },
  async inflate(bytes, limit) {
    try {
      return concat(...(await chunksWithin(bytes, new DecompressionStream('deflate-raw'), limit)))
    } catch {
      // The stream errors for broken, unfinished and overlong input, and `chunksWithin` beyond the limit.
      return undefined
    }
  },
}

async function chunksWithin(
  bytes: Bytes,
  transform: CompressionStream | DecompressionStream,
  limit: number,
): Promise<Bytes[]> {
  const reader = new Blob([bytes]).stream().pipeThrough(transform).getReader()
  const chunks: Bytes[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return chunks
    length += value.length
    if (length > limit) {
      await reader.cancel()
      throw new RangeError('the stream gives more bytes than it may')
    }
    chunks.push(value)
  }
}
