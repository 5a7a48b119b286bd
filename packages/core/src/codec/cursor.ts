/** spec/token.md "varint": the largest value that is written. */
export const VARINT_MAX = 0xff_ff_ff_ff

/** A place in bytes that every reading and writing moves on. What is broken or cut short moves it beyond the end, for good. */
export interface Cursor {
  readonly bytes: Uint8Array<ArrayBuffer>
  at: number
}

/** Writes bytes as they are. */
export function writeBytes(cursor: Cursor, part: Uint8Array): void {
  cursor.bytes.set(part, cursor.at)
  cursor.at += part.length
}

/** So many bytes as they are: a window. */
export function readBytes(cursor: Cursor, length: number): Uint8Array<ArrayBuffer> {
  const start = cursor.at
  cursor.at += length
  return cursor.bytes.subarray(start, cursor.at)
}

/** Writes an unsigned LEB128 number in as few bytes as possible. */
export function writeVarint(cursor: Cursor, value: number): void {
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) cursor.bytes[cursor.at++] = (rest & 0x7f) | 0x80
  cursor.bytes[cursor.at++] = rest
}

/** What {@link writeVarint} writes. Beyond the end for a number that is cut short, longer than need be, or over {@link VARINT_MAX}. */
export function readVarint(cursor: Cursor): number {
  let value = 0
  for (let scale = 1; scale < 2 ** 35; scale *= 0x80) {
    const byte = cursor.bytes[cursor.at++] ?? 0x80
    value += (byte & 0x7f) * scale
    if (byte >= 0x80) continue
    // A last byte of zero would say nothing: the same number has a shorter form.
    if ((byte === 0 && scale > 1) || value > VARINT_MAX) break
    return value
  }
  cursor.at = Number.POSITIVE_INFINITY
  return 0
}
