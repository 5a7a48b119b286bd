import type { Bytes } from './bytes.ts'
import { nativeBuffer, plainBytes } from './native.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
// By ASCII code, -1 for what is not in the alphabet.
const VALUES: readonly number[] = Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)))

/** Unpadded base64url (RFC 4648 §5): the alphabet needs no escaping in a cookie or a URL. */
export function encodeBase64url(bytes: Bytes): string {
  if (nativeBuffer !== undefined) {
    return nativeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
  }
  let text = ''
  let bits = 0
  let bitCount = 0
  for (const byte of bytes) {
    bits = (bits << 8) | byte
    for (bitCount += 8; bitCount >= 6;) text += ALPHABET[(bits >> (bitCount -= 6)) & 63]
  }
  return bitCount === 0 ? text : text + ALPHABET[(bits << (6 - bitCount)) & 63]
}

/**
 * The bytes of an unpadded base64url text, or `undefined` for anything that {@link encodeBase64url} does not write:
 * padding, white space, `+` or `/`, an impossible length, or unused bits that are not zero (RFC 4648 §3.5).
 * So every byte sequence has exactly one text, and a token cannot be varied without changing its bytes.
 */
export function decodeBase64url(text: string): Bytes | undefined {
  if (nativeBuffer !== undefined) {
    const native = nativeBuffer.from(text, 'base64url')
    // The platform's decoder skips what it does not know and takes '+', '/' and '=': only the one right text comes back.
    return native.toString('base64url') === text ? plainBytes(native) : undefined
  }
  const bytes = new Uint8Array((text.length * 3) >> 2)
  let bits = 0
  let bitCount = 0
  let at = 0
  for (let index = 0; index < text.length; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? -1
    if (value < 0) return undefined
    bits = (bits << 6) | value
    bitCount += 6
    if (bitCount >= 8) bytes[at++] = bits >> (bitCount -= 8)
  }
  // What is left over is unused: less than a character, and zero.
  return bitCount < 6 && (bits & ((1 << bitCount) - 1)) === 0 ? bytes : undefined
}
