import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '#bytes'
import { concat } from '../base/bytes.ts'
import { PAYLOAD_BYTES } from './deflate.ts'
import { platformDeflate as nodeDeflate } from './deflate.node.ts'
import { platformDeflate as webDeflate } from './deflate.web.ts'
import { passesOverWhatFollows } from './lax-stream.fixture.ts'

const LIMIT = PAYLOAD_BYTES

/** "hello" as one stored block (RFC 1951 §3.2.4): final, no compression, length 5 and its complement. */
const STORED_HELLO = Uint8Array.of(0x01, 0x05, 0x00, 0xfa, 0xff, ...encodeUtf8('hello'))
/** "hello" as one block of fixed Huffman codes (RFC 1951 §3.2.6). */
const FIXED_HELLO = Uint8Array.of(0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00)
/** The empty sequence, as both platforms write it. */
const EMPTY = Uint8Array.of(0x03, 0x00)

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 2048 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 400 })).map(([part, times]) => {
    return concat(...Array.from({ length: times }, () => part))
  }),
)

const PLATFORMS = [
  { platform: 'node', deflate: nodeDeflate },
  { platform: 'web', deflate: webDeflate },
] as const

describe.each(PLATFORMS)('DEFLATE on $platform', ({ deflate }) => {
  test.each(PLATFORMS)('is inflated by $platform', async ({ deflate: other }) => {
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        expect(await other.inflate(await deflate.deflate(bytes), LIMIT)).toEqual(bytes)
      }),
    )
  })

  test.each([
    { stream: STORED_HELLO, text: 'hello', form: 'a stored block' },
    { stream: FIXED_HELLO, text: 'hello', form: 'a block of fixed codes' },
    { stream: EMPTY, text: '', form: 'an empty block' },
    { stream: concat(Uint8Array.of(0x00, 0x00, 0x00, 0xff, 0xff), FIXED_HELLO), text: 'hello', form: 'two blocks' },
  ])('inflates $form', async ({ stream, text }) => {
    expect(await deflate.inflate(stream, LIMIT)).toEqual(encodeUtf8(text))
  })

  test('makes repetitive text smaller', async () => {
    const bytes = encodeUtf8('{"item":"tea","qty":1},'.repeat(100))
    expect((await deflate.deflate(bytes)).length).toBeLessThan(bytes.length / 10)
  })

  test('gives back as many bytes as the limit allows, and none of one more', async () => {
    const bytes = new Uint8Array(LIMIT)
    const stream = await deflate.deflate(bytes)
    expect(await deflate.inflate(stream, LIMIT)).toEqual(bytes)
    expect(await deflate.inflate(stream, LIMIT - 1)).toBeUndefined()
  })

  test('stops a bomb of 32 MiB at the limit', async () => {
    const bomb = await nodeDeflate.deflate(new Uint8Array(32 * 1024 * 1024))
    expect(bomb.length).toBeLessThan(LIMIT)
    expect(await deflate.inflate(bomb, LIMIT)).toBeUndefined()
  })

  test('refuses a stream at every place where it may be cut short', async () => {
    const stream = await deflate.deflate(encodeUtf8('{"item":"tea","qty":1}'.repeat(60)))
    const truncations = Array.from(stream, async (_, length) => deflate.inflate(stream.slice(0, length), LIMIT))
    expect(await Promise.all(truncations)).toEqual(truncations.map(() => undefined))
  })

  test.skipIf(deflate === webDeflate && passesOverWhatFollows).each([
    { why: 'a zero byte', trailing: [0x00] },
    { why: 'a padding of zeros', trailing: Array.from({ length: 31 }, () => 0) },
    { why: 'a byte that is not zero', trailing: [0xff] },
    { why: 'a second stream', trailing: [...FIXED_HELLO] },
  ])('refuses what follows the end of the stream: $why', async ({ trailing }) => {
    expect(await deflate.inflate(concat(FIXED_HELLO, Uint8Array.from(trailing)), LIMIT)).toBeUndefined()
    expect(await deflate.inflate(concat(STORED_HELLO, Uint8Array.from(trailing)), LIMIT)).toBeUndefined()
  })

  test.each([
    { why: 'nothing', stream: [] },
    { why: 'a block of the reserved type', stream: [0x07, 0x00] },
    {
      why: 'a stored block whose length is not confirmed',
      stream: [0x01, 0x05, 0x00, 0xfa, 0xfe, 0x68, 0x65, 0x6c, 0x6c, 0x6f],
    },
    { why: 'a reference to what lies before the beginning', stream: [0x4b, 0x04, 0x42, 0x00] },
    { why: 'the header of zlib', stream: [0x78, 0x9c, ...FIXED_HELLO, 0x06, 0x2c, 0x02, 0x15] },
    { why: 'the header of gzip', stream: [0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, ...FIXED_HELLO] },
    { why: 'text', stream: [...encodeUtf8('{"cart":[]}')] },
  ])('refuses $why', async ({ stream }) => {
    expect(await deflate.inflate(Uint8Array.from(stream), LIMIT)).toBeUndefined()
  })

  test('hands out plain bytes, whose slice is a copy', async () => {
    const stream = await deflate.deflate(encodeUtf8('hello'))
    const bytes = await deflate.inflate(stream, LIMIT)
    expect([stream.constructor, bytes?.constructor]).toEqual([Uint8Array, Uint8Array])
  })
})

test.skipIf(passesOverWhatFollows)('both platforms agree on which bytes are a stream and what they give', async () => {
  const mutated = fc
    .tuple(fc.constantFrom(STORED_HELLO, FIXED_HELLO), fc.nat(9), fc.nat(255))
    .map(([stream, at, value]) => stream.map((byte, index) => (index === at ? value : byte)))
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, fc.uint8Array({ maxLength: 100 })), async (bytes) => {
      expect(await webDeflate.inflate(bytes, LIMIT)).toEqual(await nodeDeflate.inflate(bytes, LIMIT))
    }),
    { numRuns: 300 },
  )
})
