import type { Bytes } from './bytes.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
// By ASCII code, -1 for what is not in the alphabet.
const VALUES: readonly number[] = Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)))
const encoder = new TextEncoder()

/** Memory for so many bytes, here of zeros. */
export function allocate(length: number): Bytes {
  return new Uint8Array(length)
}

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Bytes {
  return encoder.encode(text)
}

/** Unpadded base64url (RFC 4648 §5). */
export function encodeBase64url(bytes: Bytes): string {
  let text = ''
  let bits = 0
  let bitCount = 0
  for (const byte of bytes) {
    bits = (bits << 8) | byte
    for (bitCount += 8; bitCount >= 6;) text += ALPHABET[(bits >> (bitCount -= 6)) & 63]
  }
  return bitCount === 0 ? text : text + ALPHABET[(bits << (6 - bitCount)) & 63]
}

/** The bytes of a text, or `undefined` for anything that {@link encodeBase64url} does not write. */
export function decodeBase64url(text: string): Bytes | undefined {
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
