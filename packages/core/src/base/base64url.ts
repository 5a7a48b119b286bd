import type { Bytes } from './bytes.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const OUTSIDE_ALPHABET = 255
const VALUE_OF_CODE = new Uint8Array(256).fill(OUTSIDE_ALPHABET)
for (let value = 0; value < ALPHABET.length; value++) VALUE_OF_CODE[ALPHABET.charCodeAt(value)] = value

/** The part of Node's, Bun's and Deno's `Buffer` that is used here. Edge runtimes have none. */
interface NativeCodec {
  from(source: ArrayBuffer, offset: number, length: number): { toString(encoding: 'base64url'): string }
  from(source: string, encoding: 'base64url'): Uint8Array
}
// The cast asks the platform for what its types do not promise.
const native = (globalThis as { Buffer?: NativeCodec }).Buffer

// Below this length a loop in JavaScript costs less than the call into the platform.
const NATIVE_FROM_CHARACTERS = 256

/** Unpadded base64url (RFC 4648 §5): the alphabet needs no escaping in a cookie or a URL. */
export function encodeBase64url(bytes: Bytes): string {
  if (native !== undefined) return native.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/**
 * The bytes of an unpadded base64url text, or `undefined` for anything that {@link encodeBase64url} does not write:
 * padding, white space, `+` or `/`, an impossible length, or unused bits that are not zero (RFC 4648 §3.5).
 * So every byte sequence has exactly one text, and a token cannot be varied without changing its bytes.
 */
export function decodeBase64url(text: string): Bytes | undefined {
  const remainder = text.length % 4
  if (remainder === 1) return undefined
  if (remainder !== 0) {
    const last = VALUE_OF_CODE[text.charCodeAt(text.length - 1)] ?? OUTSIDE_ALPHABET
    const unusedBits = remainder === 2 ? 0b1111 : 0b11
    if (last === OUTSIDE_ALPHABET || (last & unusedBits) !== 0) return undefined
  }
  return native !== undefined && text.length >= NATIVE_FROM_CHARACTERS ? decodeNatively(text, native) : decodeByTable(text)
}

function decodeNatively(text: string, codec: NativeCodec): Bytes | undefined {
  // The platform's decoder skips what it does not know and takes '+' and '/': the alphabet is checked first.
  if (!/^[\w-]*$/.test(text)) return undefined
  const bytes = codec.from(text, 'base64url')
  // `Buffer` hands out windows on memory that it shares with others: copied, so that the result owns its bytes.
  return new Uint8Array(bytes)
}

function decodeByTable(text: string): Bytes | undefined {
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
  return bytes
}
