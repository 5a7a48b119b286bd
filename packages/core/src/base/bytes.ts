/** Bytes that own their memory: never a view on shared memory, so WebCrypto takes them as they are. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
// RFC 3629 §3: ill-formed sequences must be refused, not replaced; a byte order mark is data.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD: check with {@link isWellFormed} where that would matter. */
export function encodeUtf8(text: string): Bytes {
  return encoder.encode(text)
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

/** Whether a text has no lone surrogate, so that no other text has the same UTF-8 bytes. */
export function isWellFormed(text: string): boolean {
  return text.isWellFormed()
}

/** The given parts, one after the other. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** `LP(x)` of spec/token.md: the length of x as uint16 big-endian, then x. Used wherever texts are joined, so that no two lists of texts give the same bytes. */
export function lengthPrefixed(text: string): Bytes {
  const bytes = encodeUtf8(text)
  if (bytes.length > 0xff_ff) throw new RangeError('a length-prefixed text holds at most 65,535 bytes')
  return concat(Uint8Array.of(bytes.length >>> 8, bytes.length & 0xff), bytes)
}

/** Lower-case hexadecimal text, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
