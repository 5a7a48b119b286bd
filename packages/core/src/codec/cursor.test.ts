import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cursor, readBytes, readVarint, VARINT_MAX, writeBytes, writeVarint } from './cursor.ts'

const VECTORS = [
  { value: 0, bytes: [0x00] },
  { value: 1, bytes: [0x01] },
  { value: 127, bytes: [0x7f] },
  { value: 128, bytes: [0x80, 0x01] },
  { value: 300, bytes: [0xac, 0x02] },
  { value: 16_383, bytes: [0xff, 0x7f] },
  { value: 16_384, bytes: [0x80, 0x80, 0x01] },
  { value: 2_097_152, bytes: [0x80, 0x80, 0x80, 0x01] },
  { value: 268_435_455, bytes: [0xff, 0xff, 0xff, 0x7f] },
  { value: 268_435_456, bytes: [0x80, 0x80, 0x80, 0x80, 0x01] },
  { value: 2_147_483_648, bytes: [0x80, 0x80, 0x80, 0x80, 0x08] },
  { value: VARINT_MAX, bytes: [0xff, 0xff, 0xff, 0xff, 0x0f] },
] as const

const cursorOn = (bytes: readonly number[], at = 0): Cursor => ({ bytes: Uint8Array.from(bytes), at })

/** The value, and the place behind it; beyond the end when it is refused. */
function read(bytes: readonly number[], at = 0): { value: number; end: number } {
  const cursor = cursorOn(bytes, at)
  return { value: readVarint(cursor), end: cursor.at }
}

const BEYOND = { value: 0, end: Infinity }

function written(value: number): number[] {
  const cursor = cursorOn([0, 0, 0, 0, 0])
  writeVarint(cursor, value)
  return [...cursor.bytes.subarray(0, cursor.at)]
}

describe('a varint', () => {
  test.each(VECTORS)('of $value is $bytes', ({ value, bytes }) => {
    expect(written(value)).toEqual(bytes)
  })

  test.each(VECTORS)('$bytes reads $value', ({ value, bytes }) => {
    expect(read(bytes)).toEqual({ value, end: bytes.length })
  })

  test.each(VECTORS)('$bytes is refused at every place where it may be cut short', ({ bytes }) => {
    const truncations = bytes.map((_, length) => read(bytes.slice(0, length)))
    expect(truncations).toEqual(bytes.map(() => BEYOND))
  })

  test.each([
    { why: 'nothing', bytes: [] },
    { why: '0 in two bytes', bytes: [0x80, 0x00] },
    { why: '127 in two bytes', bytes: [0xff, 0x00] },
    { why: '0 in five bytes', bytes: [0x80, 0x80, 0x80, 0x80, 0x00] },
    { why: 'one more than the largest value', bytes: [0x80, 0x80, 0x80, 0x80, 0x10] },
    { why: 'the most that five bytes can say', bytes: [0xff, 0xff, 0xff, 0xff, 0x7f] },
    { why: '1 in six bytes', bytes: [0x81, 0x80, 0x80, 0x80, 0x80, 0x00] },
    { why: 'a number of six bytes', bytes: [0x80, 0x80, 0x80, 0x80, 0x80, 0x01] },
    { why: 'a number without end', bytes: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff] },
  ])('is refused: $why', ({ bytes }) => {
    expect(read(bytes)).toEqual(BEYOND)
  })

  test('comes back from wherever it was written', () => {
    const anyValue = fc.oneof(fc.nat(0xff), fc.nat(0xff_ff), fc.integer({ min: 0, max: VARINT_MAX }))
    fc.assert(
      fc.property(anyValue, fc.nat(5), (value, offset) => {
        const cursor = { bytes: new Uint8Array(13).fill(0xff), at: offset }
        writeVarint(cursor, value)
        expect(read([...cursor.bytes], offset)).toEqual({ value, end: cursor.at })
      }),
    )
  })

  test('has one form only: bytes that are accepted are those that would be written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 6 }), (bytes) => {
        const { value, end } = read([...bytes])
        fc.pre(end !== Infinity)
        expect(written(value)).toEqual([...bytes.subarray(0, end)])
      }),
    )
  })

  test('behind the end of the bytes is refused', () => {
    expect(read([1], 1)).toEqual(BEYOND)
    expect(read([1], 99)).toEqual(BEYOND)
    expect(read([1], Infinity)).toEqual(BEYOND)
  })
})

describe('bytes', () => {
  test('are read from where they were written, and move the cursor on', () => {
    const cursor = cursorOn([9, 9, 9, 9], 1)
    writeBytes(cursor, Uint8Array.of(1, 2))
    expect(cursor).toEqual({ bytes: Uint8Array.of(9, 1, 2, 9), at: 3 })
    expect([...readBytes(cursorOn([...cursor.bytes], 1), 2)]).toEqual([1, 2])
  })

  test('that are not all there leave the cursor beyond the end', () => {
    const cursor = cursorOn([1, 2])
    readBytes(cursor, 3)
    expect(cursor.at).toBe(3)
  })
})
