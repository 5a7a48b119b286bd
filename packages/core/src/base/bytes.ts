/** Bytes in memory that no other thread shares, so that WebCrypto takes them as they are. They may be a window on more. */
export type Bytes = Uint8Array<ArrayBuffer>

// RFC 3629 §3: ill-formed sequences must be refused, not replaced; a byte order mark is data.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

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

/** Lower-case hexadecimal text, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += (byte + 256).toString(16).slice(1)
  return text
}
