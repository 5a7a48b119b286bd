import type { Bytes } from './bytes.ts'
import { nativeBuffer, plainBytes } from './native.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const OUTSIDE_ALPHABET = 255
const VALUE_OF_CODE = new Uint8Array(256).fill(OUTSIDE_ALPHABET)
for (let value = 0; value < ALPHABET.length; value++) VALUE_OF_CODE[ALPHABET.charCodeAt(value)] = value

/** Unpadded base64url (RFC 4648 §5): the alphabet needs no escaping in a cookie or a URL. */
export function encodeBase64url(bytes: Bytes): string {
  if (nativeBuffer !== undefined) {
    return nativeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
  }
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/u, '')
}

/**
 * The bytes of an unpadded base64url text, or `undefined` for anything that {@link encodeBase64url} does not write:
 * padding, white space, `+` or `/`, an impossible length, or unused bits that are not zero (RFC 4648 §3.5).
 * So every byte sequence has exactly one text, and a token cannot be varied without changing its bytes.
 */
export function decodeBase64url(text: string): Bytes | undefined {
  if (nativeBuffer === undefined) return decodeByTable(text)
  const bytes = nativeBuffer.from(text, 'base64url')
  // The platform's decoder skips what it does not know and takes '+', '/' and '=': only the one right text comes back.
  return bytes.toString('base64url') === text ? plainBytes(bytes) : undefined
}

function decodeByTable(text: string): Bytes | undefined {
  const remainder = text.length % 4
  if (remainder === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let bitCount = 0
  let offset = 0
  for (let index = 0; index < text.length; index++) {
    const value = VALUE_OF_CODE[text.charCodeAt(index)] ?? OUTSIDE_ALPHABET
    if (value === OUTSIDE_ALPHABET) return undefined
    bits = (bits << 6) | value
    bitCount += 6
    if (bitCount >= 8) {
      bitCount -= 8
      bytes[offset++] = bits >>> bitCount
      bits &= (1 << bitCount) - 1
    }
  }
  // What is left over is unused, and zero in the one right text.
  return bits === 0 ? bytes : undefined
}
