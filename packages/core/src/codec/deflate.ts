import type { Bytes } from '../base/bytes.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'

/** spec/token.md "Compression": payloads of more bytes than this are deflated where that makes the record smaller. */
export const DEFLATE_ABOVE_BYTES = 1024
/** spec/token.md "Payload": the most bytes of a payload before it is deflated, and after it is inflated. */
export const PAYLOAD_BYTES = 65_536

/** What the platform's `#deflate` answers: raw DEFLATE (RFC 1951), without header or checksum. */
export interface Deflate {
  /** The compressed bytes. */
  deflate(bytes: Bytes): MaybePromise<Bytes>
  /** The original bytes, or `undefined` when the stream is broken, is not followed by its end at once, or gives more than `limit` bytes. */
  inflate(bytes: Bytes, limit: number): MaybePromise<Bytes | undefined>
}
