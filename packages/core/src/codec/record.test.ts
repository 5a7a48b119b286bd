import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '#bytes'
import { type Bytes, concat, toHex } from '../base/bytes.ts'
import { Rejection } from '../base/rejection.ts'
import { VARINT_MAX } from './cursor.ts'
import { isVarint, packRecord, PADDING_BYTES, type SessionRecord, SUBJECT_BYTES, unpackRecord } from './record.ts'

const ID = Uint8Array.from({ length: 16 }, (_, index) => index)
const CREATED_AT = 0x65_53_f1_00
/** What every record has after its flags: the id, and createdAt as uint32 big-endian. */
const HEAD = [...ID, 0x65, 0x53, 0xf1, 0x00]
const HEAD_HEX = '000102030405060708090a0b0c0d0e0f6553f100'
const DATA_KEY = new Uint8Array(32).fill(0xee)

const times = (count: number, byte: number): number[] => Array.from({ length: count }, () => byte)

const claims = { id: ID, createdAt: CREATED_AT, sealedAt: CREATED_AT, persistent: false } as const
const record = (change: Partial<SessionRecord> = {}): SessionRecord => ({
  claims,
  form: 'plain',
  payload: encodeUtf8('{}'),
  ...change,
})

/** spec/token.md "Record", one field at a time. Spaces only separate the fields. */
const VECTORS: readonly { readonly what: string; readonly record: SessionRecord; readonly hex: string }[] = [
  { what: 'nothing but its payload', record: record(), hex: `00 ${HEAD_HEX} 00 7b7d` },
  { what: 'an empty payload', record: record({ payload: new Uint8Array() }), hex: `00 ${HEAD_HEX} 00` },
  {
    what: 'a seal 300 seconds after the beginning',
    record: record({ claims: { ...claims, sealedAt: CREATED_AT + 300 } }),
    hex: `00 ${HEAD_HEX} ac02 7b7d`,
  },
  {
    what: 'a subject',
    record: record({ claims: { ...claims, subject: 'Zoë' } }),
    hex: `02 ${HEAD_HEX} 00 04 5a6fc3ab 7b7d`,
  },
  {
    what: 'a generation',
    record: record({ claims: { ...claims, generation: 200 } }),
    hex: `04 ${HEAD_HEX} 00 c801 7b7d`,
  },
  {
    what: 'flash messages',
    record: record({ flash: Uint8Array.of(0xaa, 0xbb) }),
    hex: `08 ${HEAD_HEX} 00 02 aabb 7b7d`,
  },
  {
    what: 'a data version',
    record: record({ claims: { ...claims, dataVersion: 3 } }),
    hex: `10 ${HEAD_HEX} 00 03 7b7d`,
  },
  {
    what: 'a persistent cookie',
    record: record({ claims: { ...claims, persistent: true } }),
    hex: `20 ${HEAD_HEX} 00 7b7d`,
  },
  {
    what: 'a stored row',
    record: record({ form: 'stored', payload: DATA_KEY }),
    hex: `40 ${HEAD_HEX} 00 ${'ee'.repeat(32)}`,
  },
  {
    what: 'a deflated payload',
    record: record({ form: 'deflated', payload: Uint8Array.of(0xab, 0x56) }),
    hex: `01 ${HEAD_HEX} 00 02 ab56 ${'00'.repeat(7)}`,
  },
  {
    what: 'a deflated payload that needs no padding',
    record: record({ form: 'deflated', payload: new Uint8Array(9).fill(0xcc) }),
    hex: `01 ${HEAD_HEX} 00 09 ${'cc'.repeat(9)}`,
  },
  {
    what: 'a deflated payload one byte longer, and the most padding there is',
    record: record({ form: 'deflated', payload: new Uint8Array(10).fill(0xcc) }),
    hex: `01 ${HEAD_HEX} 00 0a ${'cc'.repeat(10)} ${'00'.repeat(31)}`,
  },
  {
    what: 'everything at once',
    record: {
      claims: { ...claims, sealedAt: CREATED_AT + 1, subject: 'u1', generation: 1, dataVersion: 2, persistent: true },
      flash: Uint8Array.of(0xaa),
      form: 'deflated',
      payload: Uint8Array.of(0xcc),
    },
    hex: `3f ${HEAD_HEX} 01 02 7531 01 02 01 aa 01 cc 00`,
  },
]

/** Each breaks one rule and keeps all others. */
const MALFORMED: readonly { readonly why: string; readonly bytes: readonly number[] }[] = [
  { why: 'nothing at all', bytes: [] },
  { why: 'the reserved flag', bytes: [0x80, ...HEAD, 0x00] },
  { why: 'an age in more bytes than it needs', bytes: [0x00, ...HEAD, 0x80, 0x00] },
  { why: 'an age that is cut short', bytes: [0x00, ...HEAD, 0x80] },
  { why: 'an age beyond 32 bits', bytes: [0x00, ...HEAD, 0x80, 0x80, 0x80, 0x80, 0x10] },
  { why: 'no subject where the flags promise one', bytes: [0x02, ...HEAD, 0x00] },
  { why: 'a subject of no bytes', bytes: [0x02, ...HEAD, 0x00, 0x00] },
  { why: 'a subject longer than the record', bytes: [0x02, ...HEAD, 0x00, 0x03, 0x75, 0x31] },
  { why: 'a subject that is not UTF-8', bytes: [0x02, ...HEAD, 0x00, 0x01, 0xff] },
  { why: 'a subject in an overlong form of UTF-8', bytes: [0x02, ...HEAD, 0x00, 0x02, 0xc1, 0xb5] },
  { why: 'a subject of half a surrogate pair', bytes: [0x02, ...HEAD, 0x00, 0x03, 0xed, 0xa0, 0x80] },
  { why: 'no generation where the flags promise one', bytes: [0x04, ...HEAD, 0x00] },
  { why: 'a generation in more bytes than it needs', bytes: [0x04, ...HEAD, 0x00, 0x81, 0x00] },
  { why: 'no flash where the flags promise it', bytes: [0x08, ...HEAD, 0x00] },
  { why: 'a flash length in more bytes than it needs', bytes: [0x08, ...HEAD, 0x00, 0x81, 0x00, 0xaa] },
  { why: 'a flash longer than the record', bytes: [0x08, ...HEAD, 0x00, 0x03, 0xaa, 0xbb] },
  { why: 'no data version where the flags promise one', bytes: [0x10, ...HEAD, 0x00] },
  { why: 'a data version in more bytes than it needs', bytes: [0x10, ...HEAD, 0x00, 0x83, 0x00] },
  { why: 'a stored row that is deflated', bytes: [0x41, ...HEAD, 0x00, ...DATA_KEY] },
  { why: 'a stored row whose key is a byte short', bytes: [0x40, ...HEAD, 0x00, ...DATA_KEY.slice(1)] },
  { why: 'a stored row whose key is a byte long', bytes: [0x40, ...HEAD, 0x00, ...DATA_KEY, 0xee] },
  { why: 'no deflated length', bytes: [0x01, ...HEAD, 0x00] },
  {
    why: 'a deflated length in more bytes than it needs',
    bytes: [0x01, ...HEAD, 0x00, 0x88, 0x00, ...times(8, 0xcc)],
  },
  {
    why: 'a deflated payload longer than the record',
    bytes: [0x01, ...HEAD, 0x00, 0x0a, ...times(9, 0xcc)],
  },
  { why: 'a padding that is too short', bytes: [0x01, ...HEAD, 0x00, 0x02, 0xab, 0x56, 0, 0, 0, 0, 0, 0] },
  { why: 'a padding that is too long', bytes: [0x01, ...HEAD, 0x00, 0x02, 0xab, 0x56, 0, 0, 0, 0, 0, 0, 0, 0] },
  {
    why: 'a whole block of padding',
    bytes: [0x01, ...HEAD, 0x00, 0x09, ...times(9, 0xcc), ...times(32, 0)],
  },
  {
    why: 'a first byte of padding that is not zero',
    bytes: [0x01, ...HEAD, 0x00, 0x02, 0xab, 0x56, 1, 0, 0, 0, 0, 0, 0],
  },
  {
    why: 'a last byte of padding that is not zero',
    bytes: [0x01, ...HEAD, 0x00, 0x02, 0xab, 0x56, 0, 0, 0, 0, 0, 0, 1],
  },
]

const anyVarint = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: VARINT_MAX }))
const anySubject = fc
  .string({ unit: fc.constantFrom('a', ':', 'é', '€', '🍪', '\0', '\u{FEFF}'), minLength: 1, maxLength: SUBJECT_BYTES })
  .filter((subject) => encodeUtf8(subject).length <= SUBJECT_BYTES)
const anyClaims = fc
  .record(
    {
      id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      createdAt: fc.integer({ min: 0, max: 0xff_ff_ff_ff }),
      age: anyVarint,
      subject: anySubject,
      generation: anyVarint,
      dataVersion: anyVarint,
      persistent: fc.boolean(),
    },
    { requiredKeys: ['id', 'createdAt', 'age', 'persistent'] },
  )
  .map(({ age, ...rest }) => ({ ...rest, sealedAt: rest.createdAt + age }))
const anyPayload = fc.oneof(
  fc.record({
    form: fc.constantFrom('plain' as const, 'deflated' as const),
    payload: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.record({ form: fc.constant('stored' as const), payload: fc.uint8Array({ minLength: 32, maxLength: 32 }) }),
)
const anyRecord: fc.Arbitrary<SessionRecord> = fc
  .tuple(anyClaims, fc.record({ flash: fc.uint8Array({ maxLength: 200 }) }, { requiredKeys: [] }), anyPayload)
  .map(([some, flash, payload]) => ({ claims: some, ...flash, ...payload }))

function bytesOf(hex: string): Bytes {
  return Uint8Array.from(hex.replaceAll(' ', '').match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16))
}

describe('a record', () => {
  test.each(VECTORS)('with $what is packed as spec/token.md lays it out', ({ record: packed, hex }) => {
    expect(toHex(packRecord(packed))).toBe(hex.replaceAll(' ', ''))
  })

  test.each(VECTORS)('with $what is unpacked to the same parts', ({ record: packed, hex }) => {
    expect(unpackRecord(bytesOf(hex))).toStrictEqual(packed)
  })

  test('of any parts gives the same parts back', () => {
    fc.assert(
      fc.property(anyRecord, (any) => {
        expect(unpackRecord(packRecord(any))).toStrictEqual(any)
      }),
    )
  })

  test('has one form only: bytes that are accepted are those that would be written', () => {
    const someBytes = fc.tuple(anyRecord, fc.nat(60), fc.nat(255)).map(([any, at, value]) => {
      return packRecord(any).map((byte, index) => (index === at ? value : byte))
    })
    fc.assert(
      fc.property(someBytes, (bytes) => {
        const unpacked = unpackRecord(bytes)
        fc.pre(!(unpacked instanceof Rejection))
        expect(packRecord(unpacked)).toEqual(bytes)
      }),
      { numRuns: 1000 },
    )
  })

  test('is unpacked from the middle of larger memory', () => {
    const packed = packRecord(record())
    const whole = concat(new Uint8Array(3).fill(0xff), packed, new Uint8Array(3).fill(0xff))
    expect(unpackRecord(whole.subarray(3, 3 + packed.length))).toStrictEqual(record())
  })

  test('has an id of its own, which does not follow the bytes it was unpacked from', () => {
    const packed = packRecord(record())
    const unpacked = unpackRecord(packed)
    packed.fill(0)
    expect(unpacked).toHaveProperty('claims.id', ID)
  })

  test('of a deflated payload fills whole blocks, so that lengths within a block look alike', () => {
    fc.assert(
      fc.property(anyClaims, fc.uint8Array({ maxLength: 300 }), (some, payload) => {
        expect(packRecord({ claims: some, form: 'deflated', payload }).length % PADDING_BYTES).toBe(0)
      }),
    )
  })

  test('may have a subject of 255 bytes', () => {
    const longest = record({ claims: { ...claims, subject: 'a'.repeat(SUBJECT_BYTES) } })
    expect(unpackRecord(packRecord(longest))).toStrictEqual(longest)
  })
})

describe('a record is malformed', () => {
  test.each(MALFORMED)('with $why', ({ bytes }) => {
    expect(unpackRecord(Uint8Array.from(bytes))).toMatchObject({ reason: 'malformed' })
  })

  test('wherever its claims or its flash are cut short', () => {
    const packed = packRecord({
      claims: {
        ...claims,
        sealedAt: CREATED_AT + 300,
        subject: 'Zoë',
        generation: 200,
        dataVersion: 300,
        persistent: true,
      },
      flash: Uint8Array.of(0xaa, 0xbb),
      form: 'plain',
      payload: new Uint8Array(),
    })
    const truncations = Array.from(packed, (_, length) => unpackRecord(packed.subarray(0, length)))
    expect(truncations).toEqual(truncations.map(() => new Rejection('malformed')))
  })

  test('wherever it is cut short, when its payload is deflated', () => {
    const packed = packRecord(record({ form: 'deflated', payload: new Uint8Array(100).fill(0xcc) }))
    const truncations = Array.from(packed, (_, length) => unpackRecord(packed.subarray(0, length)))
    expect(truncations).toEqual(truncations.map(() => new Rejection('malformed')))
  })
})

test.each([
  { value: 0, expected: true },
  { value: VARINT_MAX, expected: true },
  { value: VARINT_MAX + 1, expected: false },
  { value: -1, expected: false },
  { value: 0.5, expected: false },
  { value: Number.NaN, expected: false },
])('whether $value can be written as a varint: $expected', ({ value, expected }) => {
  expect(isVarint(value)).toBe(expected)
})
