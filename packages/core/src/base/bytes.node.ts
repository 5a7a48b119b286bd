// The global of this name is looked up by a getter, on every use.
import { Buffer } from 'node:buffer'
import type { Bytes } from './bytes.ts'

/** The same memory as plain bytes: `slice` of a `Buffer` gives a window, that of a `Uint8Array` a copy. */
export function plainBytes(buffer: Bytes): Bytes {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

/** Memory for so many bytes. What it holds is left over from others: every byte must be written. */
export function allocate(length: number): Bytes {
  // Beyond 64 bytes a zeroed array is allocated outside of the heap, at six times the price.
  return plainBytes(Buffer.allocUnsafe(length))
}

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD: check with `isWellFormed` where that would matter. */
export function encodeUtf8(text: string): Bytes {
  // A third of TextEncoder's time, for texts of a cookie's size.
  return plainBytes(Buffer.from(text, 'utf8'))
}

/** Unpadded base64url (RFC 4648 §5): the alphabet needs no escaping in a cookie or a URL. */
export function encodeBase64url(bytes: Bytes): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
}

/**
 * The bytes of an unpadded base64url text, or `undefined` for anything that {@link encodeBase64url} does not write:
 * padding, white space, `+` or `/`, an impossible length, or unused bits that are not zero (RFC 4648 §3.5).
 * So every byte sequence has exactly one text, and a token cannot be varied without changing its bytes.
 */
export function decodeBase64url(text: string): Bytes | undefined {
  const buffer = Buffer.from(text, 'base64url')
  // The platform's decoder skips what it does not know and takes '+', '/' and '=': only the one right text comes back.
  return buffer.toString('base64url') === text ? plainBytes(buffer) : undefined
}
