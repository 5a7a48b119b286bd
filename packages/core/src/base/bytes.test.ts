import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as node from './bytes.node.ts'
import { concat, decodeUtf8, isSame, readUint32, toHex, writeUint32 } from './bytes.ts'
import * as web from './bytes.web.ts'

// Every code point but surrogates.
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint))

describe.each([
  { platform: 'Node', ...node },
  { platform: 'the web', ...web },
])('bytes on $platform', ({ allocate, encodeUtf8 }) => {
  test('write a lone surrogate as the replacement character', () => {
    expect([...encodeUtf8('a\uD83C')]).toEqual([0x61, 0xef, 0xbf, 0xbd])
  })

  test('are plain bytes, whose slice is a copy', () => {
    for (const bytes of [encodeUtf8('foo'), allocate(3)]) {
      const copy = bytes.fill(1).slice()
      bytes.fill(0)
      expect(copy).toStrictEqual(Uint8Array.of(1, 1, 1))
    }
  })

  test.each([0, 1, 64, 65, 5000, 100_000].map((length) => ({ length })))(
    'are allocated as many as asked for: $length',
    ({ length }) => {
      expect(allocate(length)).toHaveLength(length)
    },
  )

  test.each([
    { text: '', bytes: [] },
    { text: 'a', bytes: [0x61] },
    { text: 'é', bytes: [0xc3, 0xa9] },
    { text: '€', bytes: [0xe2, 0x82, 0xac] },
    { text: '🍪', bytes: [0xf0, 0x9f, 0x8d, 0xaa] },
    { text: '\0', bytes: [0x00] },
  ])('carry the text "$text" in UTF-8 as $bytes', ({ text, bytes }) => {
    expect([...encodeUtf8(text)]).toEqual(bytes)
    expect(decodeUtf8(Uint8Array.from(bytes))).toBe(text)
  })

  test('give every well-formed text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text)
      }),
    )
  })

  test('keep a byte order mark, which is data', () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\u{FEFF}a')
  })

  test.each([
    { why: 'a lone continuation byte', bytes: [0x80] },
    { why: 'a sequence cut short', bytes: [0xe2, 0x82] },
    { why: 'an overlong form of "/"', bytes: [0xc0, 0xaf] },
    { why: 'an encoded surrogate', bytes: [0xed, 0xa0, 0x80] },
    { why: 'a code point above U+10FFFF', bytes: [0xf4, 0x90, 0x80, 0x80] },
    { why: 'a byte that UTF-8 never has', bytes: [0x61, 0xff] },
  ])('are refused as text: $why', ({ bytes }) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined()
  })

  test('read a text after one that was cut short as if nothing had been', () => {
    decodeUtf8(Uint8Array.of(0xe2, 0x82))
    expect(decodeUtf8(Uint8Array.of(0x61))).toBe('a')
  })
})

describe('joining bytes', () => {
  test.each([
    { parts: [], joined: [] },
    { parts: [[]], joined: [] },
    { parts: [[1, 2], [], [3]], joined: [1, 2, 3] },
  ])('puts $parts one after the other', ({ parts, joined }) => {
    expect([...concat(...parts.map((part) => Uint8Array.from(part)))]).toEqual(joined)
  })

  test('copies: the joined bytes do not follow a part that changes', () => {
    const part = Uint8Array.of(1)
    const joined = concat(part)
    part[0] = 2
    expect([...joined]).toEqual([1])
  })
})

test.each([
  { one: [], other: [], same: true },
  { one: [1, 2], other: [1, 2], same: true },
  { one: [1, 2], other: [1, 3], same: false },
  { one: [1, 2], other: [1, 2, 3], same: false },
  { one: [1, 2, 3], other: [1, 2], same: false },
])('whether $one and $other are the same: $same', ({ one, other, same }) => {
  expect(isSame(Uint8Array.from(one), Uint8Array.from(other))).toBe(same)
})

test.each([
  { bytes: [], hex: '' },
  { bytes: [0x00, 0x0f, 0xa0, 0xff], hex: '000fa0ff' },
])('bytes $bytes read "$hex" in hexadecimal, two characters each', ({ bytes, hex }) => {
  expect(toHex(Uint8Array.from(bytes))).toBe(hex)
})

describe('a number of 32 bits', () => {
  test.each([
    { value: 0, bytes: [0x00, 0x00, 0x00, 0x00] },
    { value: 0x01_02_03_04, bytes: [0x01, 0x02, 0x03, 0x04] },
    { value: 0x80_00_00_00, bytes: [0x80, 0x00, 0x00, 0x00] },
    { value: 0xff_ff_ff_ff, bytes: [0xff, 0xff, 0xff, 0xff] },
  ])('$value is $bytes, the high byte first', ({ value, bytes }) => {
    const written = Uint8Array.of(9, 9, 9, 9, 9, 9)
    writeUint32(written, 1, value)
    expect([...written]).toEqual([9, ...bytes, 9])
    expect(readUint32(written, 1)).toBe(value)
  })
})
