import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readVarint, VARINT_MAX, varintLength, writeVarint } from './varint.ts'

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

describe('a varint', () => {
  test.each(VECTORS)('of $value is $bytes', ({ value, bytes }) => {
    const written = new Uint8Array(bytes.length)
    expect(varintLength(value)).toBe(bytes.length)
    expect(writeVarint(written, 0, value)).toBe(bytes.length)
    expect([...written]).toEqual(bytes)
  })

  test.each(VECTORS)('$bytes reads $value', ({ value, bytes }) => {
    expect(readVarint(Uint8Array.from(bytes), 0)).toEqual({ value, end: bytes.length })
  })

  test.each(VECTORS)('$bytes is refused at every place where it may be cut short', ({ bytes }) => {
    const truncations = bytes.map((_, length) => readVarint(Uint8Array.from(bytes.slice(0, length)), 0))
    expect(truncations).toEqual(bytes.map(() => undefined))
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
    expect(readVarint(Uint8Array.from(bytes), 0)).toBeUndefined()
  })

  test('comes back from wherever it was written', () => {
    const anyValue = fc.oneof(fc.nat(0xff), fc.nat(0xff_ff), fc.integer({ min: 0, max: VARINT_MAX }))
    fc.assert(
      fc.property(anyValue, fc.nat(5), (value, offset) => {
        const bytes = new Uint8Array(offset + varintLength(value) + 3).fill(0xff)
        const end = writeVarint(bytes, offset, value)
        expect(readVarint(bytes, offset)).toEqual({ value, end })
        expect(end).toBe(offset + varintLength(value))
      }),
    )
  })

  test('has one form only: bytes that are accepted are those that would be written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 6 }), (bytes) => {
        const read = readVarint(bytes, 0)
        fc.pre(read !== undefined)
        const written = new Uint8Array(read.end)
        writeVarint(written, 0, read.value)
        expect(written).toEqual(bytes.slice(0, read.end))
      }),
    )
  })

  test('behind the end of the bytes is refused', () => {
    expect(readVarint(Uint8Array.of(1), 1)).toBeUndefined()
    expect(readVarint(Uint8Array.of(1), 99)).toBeUndefined()
  })
})
