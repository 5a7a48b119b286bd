/** spec/token.md "varint": the largest value that is written. */
export const VARINT_MAX = 0xff_ff_ff_ff

/** How many bytes {@link writeVarint} takes for a value. */
export function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++
  return length
}

/** Writes an unsigned LEB128 number in as few bytes as possible and returns the offset behind it. */
export function writeVarint(bytes: Uint8Array, offset: number, value: number): number {
  let rest = value
  let at = offset
  while (rest >= 0x80) {
    bytes[at++] = (rest & 0x7f) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  bytes[at++] = rest
  return at
}

/** A number and the offset behind it, or `undefined` when it is cut short, longer than need be, or over {@link VARINT_MAX}. */
export function readVarint(bytes: Uint8Array, offset: number): { value: number; end: number } | undefined {
  let value = 0
  for (let index = 0; index < 5; index++) {
    const byte = bytes[offset + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte >= 0x80) continue
    // A last byte of zero would say nothing: the same number has a shorter form.
    if ((byte === 0 && index > 0) || value > VARINT_MAX) return undefined
    return { value, end: offset + index + 1 }
  }
  return undefined
}
