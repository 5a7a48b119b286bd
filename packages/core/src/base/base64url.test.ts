import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as node from './bytes.node.ts'
import * as web from './bytes.web.ts'

/** Whole groups, and as many as a real token has. */
const LONG = 'A'.repeat(256)

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')

/** RFC 4648 §10, and one text with both letters that base64 writes otherwise. */
const VECTORS = [
  { bytes: [], text: '' },
  { bytes: [0x66], text: 'Zg' },
  { bytes: [0x66, 0x6f], text: 'Zm8' },
  { bytes: [0x66, 0x6f, 0x6f], text: 'Zm9v' },
  { bytes: [0x66, 0x6f, 0x6f, 0x62], text: 'Zm9vYg' },
  { bytes: [0x66, 0x6f, 0x6f, 0x62, 0x61], text: 'Zm9vYmE' },
  { bytes: [0x66, 0x6f, 0x6f, 0x62, 0x61, 0x72], text: 'Zm9vYmFy' },
  { bytes: [0xfb, 0xff, 0xbf], text: '-_-_' },
] as const

/** Each is refused at the end of a text of whole groups, however long that is. */
const REFUSED_ENDINGS = [
  { why: 'one padding character', ending: 'Zm8=' },
  { why: 'two padding characters', ending: 'Zg==' },
  { why: 'padding alone', ending: '=' },
  { why: 'a group of padding', ending: '====' },
  { why: 'the "+" of base64', ending: '+_-A' },
  { why: 'the "/" of base64', ending: '-/-A' },
  { why: 'a space', ending: 'Zm9v ' },
  { why: 'a space inside a group', ending: 'Z 9v' },
  { why: 'a tab', ending: 'Zm9\t' },
  { why: 'a line feed', ending: 'Zm9\n' },
  { why: 'a line feed after whole groups', ending: 'Zm9v\n' },
  { why: 'a carriage return and a line feed', ending: 'Zm\r\n' },
  { why: 'a zero byte', ending: 'Zm9\0' },
  { why: 'a dot', ending: 'Zm.v' },
  { why: 'a letter of Latin-1', ending: 'Zm9é' },
  { why: 'a letter beyond Latin-1 whose low byte is in the alphabet', ending: 'Zm9\u{141}' },
  { why: 'a last letter beyond Latin-1', ending: 'Z\u{141}' },
  { why: 'a surrogate pair', ending: 'Zm\u{1F36A}' },
  { why: 'a lone surrogate', ending: 'Zm9\uD83C' },
  { why: 'one character after whole groups', ending: 'A' },
  { why: 'one character too many', ending: 'Zm9vY' },
  { why: 'the lowest of four unused bits set', ending: 'Zh' },
  { why: 'the highest of four unused bits set', ending: 'Zo' },
  { why: 'the lower of two unused bits set', ending: 'Zm9' },
  { why: 'the higher of two unused bits set', ending: 'Zm-' },
] as const

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 16 }),
  fc.uint8Array({ minLength: 186, maxLength: 198 }),
  fc.uint8Array({ minLength: 1000, maxLength: 1100 }),
)

const alphabetText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 250, maxLength: 262 }),
)

describe.each([
  { platform: 'Node', ...node },
  { platform: 'the web', ...web },
])('base64url on $platform', ({ encodeBase64url, decodeBase64url }) => {
  test.each(VECTORS)('writes $bytes as "$text"', ({ bytes, text }) => {
    expect(encodeBase64url(Uint8Array.from(bytes))).toBe(text)
  })

  test.each(VECTORS)('reads "$text" as $bytes', ({ bytes, text }) => {
    expect(decodeBase64url(text)).toEqual(Uint8Array.from(bytes))
  })

  test('gives every byte sequence back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes)
      }),
    )
  })

  test('writes what the platform writes', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
      }),
    )
  })

  test('accepts a text of the alphabet only when it would write the same text', () => {
    fc.assert(
      fc.property(alphabetText, (text) => {
        const canonical = Buffer.from(text, 'base64url').toString('base64url')
        expect(decodeBase64url(text) !== undefined).toBe(canonical === text)
      }),
    )
  })

  test('accepts exactly the texts of two characters that write one byte', () => {
    const texts = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    expect(texts.filter((text) => decodeBase64url(text) !== undefined)).toHaveLength(256)
  })

  test('accepts exactly the last groups of three characters that write two bytes', () => {
    const texts = LETTERS.flatMap((second) => LETTERS.map((third) => `A${second}${third}`))
    expect(texts.filter((text) => decodeBase64url(text) !== undefined)).toHaveLength(64 * 16)
  })

  test.each(REFUSED_ENDINGS)('refuses $why', ({ ending }) => {
    expect(decodeBase64url(ending)).toBeUndefined()
    expect(decodeBase64url('AAAAAAAA' + ending)).toBeUndefined()
  })

  test.each(REFUSED_ENDINGS)('refuses $why in a long text', ({ ending }) => {
    expect(decodeBase64url(LONG + ending)).toBeUndefined()
  })

  test.each([
    { why: 'white space', start: ' AAA' },
    { why: 'padding', start: 'AA==' },
    { why: 'the "+" of base64', start: '+AAA' },
    { why: 'a letter beyond Latin-1', start: '\u{141}AAA' },
  ])('refuses $why at the start of a short and of a long text', ({ start }) => {
    expect(decodeBase64url(start + 'A'.repeat(8))).toBeUndefined()
    expect(decodeBase64url(start + LONG)).toBeUndefined()
  })

  test('hands out plain bytes, whose slice is a copy', () => {
    const bytes = decodeBase64url('Zm9v')
    const copy = bytes?.slice()
    bytes?.fill(0)
    expect(copy).toStrictEqual(Uint8Array.of(0x66, 0x6f, 0x6f))
  })

  test('writes a window on larger memory without what lies around it', () => {
    const whole = Uint8Array.of(1, 2, 0x66, 0x6f, 0x6f, 3)
    expect(encodeBase64url(whole.subarray(2, 5))).toBe('Zm9v')
  })
})
