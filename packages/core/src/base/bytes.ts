import { nativeBuffer, plainBytes } from './native.ts'

/** Bytes in memory that no other thread shares, so that WebCrypto takes them as they are. They may be a window on more. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
// RFC 3629 §3: ill-formed sequences must be refused, not replaced; a byte order mark is data.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD: check with `isWellFormed` where that would matter. */
export function encodeUtf8(text: string): Bytes {
  // A third of the time, for texts of a cookie's size.
  return nativeBuffer === undefined ? encoder.encode(text) : plainBytes(nativeBuffer.from(text, 'utf8'))
}

/** Memory for so many bytes. What it holds is left over from others: every byte must be written. */
export function allocate(length: number): Bytes {
  // Beyond 64 bytes a zeroed array is allocated outside of the heap, at six times the price.
  return nativeBuffer === undefined ? new Uint8Array(length) : plainBytes(nativeBuffer.allocUnsafe(length))
}

/** The text of UTF-8 bytes, or `undefined` when they are not well-formed UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    // TextDecoder in fatal mode throws a TypeError for ill-formed input and for nothing else.
    return undefined
  }
}

/** The given parts, one after the other. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  // Memory of its own, unlike `allocate`'s: what is joined may be a key.
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Whether two byte sequences are the same. Not for secrets that a stranger may guess at: it ends at the first difference. */
export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return one.length === other.length
}

/** `LP(x)` of spec/token.md: the length of x as uint16 big-endian, then x. Used wherever texts are joined, so that no two lists of texts give the same bytes. */
export function lengthPrefixed(text: string): Bytes {
  const bytes = encodeUtf8(text)
  if (bytes.length > 0xff_ff) throw new RangeError('a text is too long to be length-prefixed')
  return concat(Uint8Array.of(bytes.length >>> 8, bytes.length & 0xff), bytes)
}

/** A big-endian number of 32 bits, unsigned. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  let value = 0
  for (let index = 0; index < 4; index++) value = value * 256 + (bytes[offset + index] ?? 0)
  return value
}

/** Writes what {@link readUint32} reads. */
export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  for (let index = 0; index < 4; index++) bytes[offset + index] = value >>> (24 - 8 * index)
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hexadecimal text, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text
}
