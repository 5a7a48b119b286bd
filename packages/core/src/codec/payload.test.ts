import { deepStrictEqual } from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SessionError, SessionTooLargeError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import { decodePayload, encodePayload, fieldSizes, PAYLOAD_DEPTH, PAYLOAD_NODES } from './payload.ts'

const UNDECODABLE = new Rejection('undecodable')

/** An object with a property of its own named __proto__, as JSON.parse makes one and a literal cannot. */
const withProtoKey = (value: unknown): unknown => Object.defineProperty({}, '__proto__', { value, enumerable: true })

const withoutPrototype = (value: object): unknown => Object.setPrototypeOf(value, null)

/** The canonical texts of spec/token.md "Payload". */
const VECTORS: readonly { readonly what: string; readonly value: unknown; readonly text: string }[] = [
  { what: 'null', value: null, text: 'null' },
  { what: 'a boolean', value: true, text: 'true' },
  { what: 'a whole number', value: -42, text: '-42' },
  { what: 'a fraction', value: 0.1, text: '0.1' },
  { what: 'a large number', value: 1e21, text: '1e+21' },
  { what: 'a text', value: 'Zoë 🍪', text: '"Zoë 🍪"' },
  { what: 'a text that JSON escapes', value: '"\\\n\0', text: String.raw`"\"\\\n\u0000"` },
  { what: 'a text with half a surrogate pair', value: 'a\uD83C', text: String.raw`"a\ud83c"` },
  { what: 'an array', value: [1, 'a', null, []], text: '[1,"a",null,[]]' },
  { what: 'an object', value: { b: 1, a: { c: [] } }, text: '{"b":1,"a":{"c":[]}}' },
  { what: 'an object with number-like keys', value: { b: 1, 2: 2, 1: 3 }, text: '{"1":3,"2":2,"b":1}' },
  { what: 'bytes', value: Uint8Array.of(0xfb, 0xff), text: '{"$bytes":"-_8"}' },
  { what: 'no bytes', value: new Uint8Array(), text: '{"$bytes":""}' },
  { what: 'a date', value: new Date(1_700_000_000_123), text: '{"$date":1700000000123}' },
  { what: 'a date before 1970', value: new Date(-1), text: '{"$date":-1}' },
  { what: 'the last date there is', value: new Date(8.64e15), text: '{"$date":8640000000000000}' },
  { what: 'a bigint', value: -(2n ** 64n), text: '{"$bigint":"-18446744073709551616"}' },
  { what: 'the bigint zero', value: 0n, text: '{"$bigint":"0"}' },
  {
    what: 'a map',
    value: new Map<unknown, unknown>([
      ['a', 1],
      [1, [2]],
    ]),
    text: '{"$map":[["a",1],[1,[2]]]}',
  },
  { what: 'an empty map', value: new Map(), text: '{"$map":[]}' },
  {
    what: 'a map whose keys are no texts',
    value: new Map([[new Date(0), 0n]]),
    text: '{"$map":[[{"$date":0},{"$bigint":"0"}]]}',
  },
  { what: 'a set', value: new Set([1, '1', 1n]), text: '{"$set":[1,"1",{"$bigint":"1"}]}' },
  { what: 'an empty set', value: new Set(), text: '{"$set":[]}' },
  { what: 'tags inside plain values', value: { a: [new Date(0)] }, text: '{"a":[{"$date":0}]}' },
  {
    what: 'tags inside tags',
    value: new Set([new Map([['k', Uint8Array.of(1)]])]),
    text: '{"$set":[{"$map":[["k",{"$bytes":"AQ"}]]}]}',
  },
  { what: 'a user’s object that looks like a tag', value: { $date: 1 }, text: '{"$$date":1}' },
  { what: 'a user’s object that looks like an escaped tag', value: { $$x: 1 }, text: '{"$$$x":1}' },
  { what: 'a user’s object whose only key is "$"', value: { $: { $: 1 } }, text: '{"$$":{"$$":1}}' },
  {
    what: 'a user’s object that looks like a tag around a real one',
    value: { $date: new Date(1) },
    text: '{"$$date":{"$date":1}}',
  },
  {
    what: 'a user’s object with two keys, of which one looks like a tag',
    value: { $date: 1, a: 2 },
    text: '{"$date":1,"a":2}',
  },
  { what: 'a user’s tag-like object under an escaped __proto__', value: { $__proto__: 1 }, text: '{"$$__proto__":1}' },
  {
    what: 'keys that objects inherit',
    value: { constructor: 1, toString: 2, prototype: 3, valueOf: 4, hasOwnProperty: 5 },
    text: '{"constructor":1,"toString":2,"prototype":3,"valueOf":4,"hasOwnProperty":5}',
  },
  { what: 'an empty key', value: { '': '' }, text: '{"":""}' },
]

test('a big integer has at most 4,096 digits, for the writer as for the reader', () => {
  const largest = 10n ** 4096n - 1n
  expect(decodePayload(encodePayload({ n: largest }))).toEqual({ n: largest })
  expect(() => encodePayload({ n: -(largest + 1n) })).toThrow(/^data\.n exceeds 4096 digits/u)
  expect(decodePayload(`{"n":{"$bigint":"1${'0'.repeat(4096)}"}}`)).toBeInstanceOf(Rejection)
})

describe('a payload', () => {
  test.each(VECTORS)('writes $what as spec/token.md lays it out', ({ value, text }) => {
    expect(encodePayload(value)).toBe(text)
  })

  test.each(VECTORS)('reads $what', ({ value, text }) => {
    expect(decodePayload(text)).toStrictEqual(value)
  })

  test.each([
    { what: 'a property that is undefined', value: { a: undefined, b: 1 }, text: '{"b":1}' },
    {
      what: 'an undefined property beside one that looks like a tag',
      value: { $date: 1, a: undefined },
      text: '{"$$date":1}',
    },
    { what: 'an undefined property beside a tag', value: { a: undefined, b: 1n }, text: '{"b":{"$bigint":"1"}}' },
    { what: 'the sign of zero', value: [-0, new Set([-0]), new Date(-0)], text: '[0,{"$set":[0]},{"$date":0}]' },
    { what: 'the prototype null', value: withoutPrototype({ a: 1 }), text: '{"a":1}' },
    {
      what: 'the prototype null beside a tag',
      value: withoutPrototype({ a: 1n }),
      text: '{"a":{"$bigint":"1"}}',
    },
    { what: 'that bytes were a Buffer', value: Buffer.from('hello'), text: '{"$bytes":"aGVsbG8"}' },
    {
      what: 'what lies around a window of bytes',
      value: Uint8Array.of(1, 2, 3).subarray(1, 2),
      text: '{"$bytes":"Ag"}',
    },
    {
      what: 'properties that cannot be enumerated',
      value: Object.defineProperty({ a: 1 }, 'b', { value: 2 }),
      text: '{"a":1}',
    },
    {
      what: 'that an object came from another realm',
      value: runInNewContext('({ a: [{ b: 1 }] })') as unknown,
      text: '{"a":[{"b":1}]}',
    },
  ])('does not keep $what', ({ value, text }) => {
    expect(encodePayload(value)).toBe(text)
  })
})

test('what others have put on Object.prototype is no part of a payload', () => {
  const polluted = { method: () => 1, $x: 1, inherited: {}, date: new Date(0), nan: Number.NaN, big: 1n, text: 't' }
  for (const [name, value] of Object.entries(polluted)) {
    Reflect.defineProperty(Object.prototype, name, { value, enumerable: true, configurable: true, writable: true })
  }
  try {
    for (const [value, text] of [
      [{ a: [{}] }, '{"a":[{}]}'],
      [{ a: 1n }, '{"a":{"$bigint":"1"}}'],
      [{ $date: 1 }, '{"$$date":1}'],
    ]) {
      expect(encodePayload(value)).toBe(text)
      expect(encodePayload(decodePayload(text as string))).toBe(text)
    }
  } finally {
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
  }
})

test('bytes come back in memory of their own: their buffer shows nothing else that the process holds', () => {
  const { short, long } = decodePayload(
    encodePayload({ short: Uint8Array.of(1), long: new Uint8Array(1000) }),
  ) as Record<'short' | 'long', Uint8Array>
  expect(short.buffer.byteLength).toBe(1)
  expect(long.buffer.byteLength).toBe(1000)
})

// ── Properties ───────────────────────────────────────────────────────────────────────────────────────────────────────

const KEYS = [
  'constructor',
  'prototype',
  'toString',
  '$date',
  '$bytes',
  '$map',
  '$set',
  '$bigint',
  '$',
  '$$x',
  '',
  '0',
  'a',
]
// Every code unit, so lone surrogates and control characters too.
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.nat(0xff_ff).map((codeUnit) => String.fromCodePoint(codeUnit)) }),
  fc.constantFrom('🍪', '__proto__', '$date', '\u{2028}', '\u{FEFF}'),
)
const anyKey = fc.oneof(fc.constantFrom(...KEYS), anyText).filter((key) => key !== '__proto__')
const anyNumber = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((value) => value + 0)

/** Everything that comes back as itself. */
const { value: anyData } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    anyNumber,
    anyText,
    fc.bigInt(),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(anyKey, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.tuple(anyKey, tie('value')).map(([key, value]) => ({ [key]: value })),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
}))

/** Whatever JavaScript has, most of which a payload refuses somewhere. */
const anything = fc.anything({
  maxDepth: 3,
  maxKeys: 4,
  key: fc.oneof(anyKey, fc.constant('__proto__')),
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
})

/** JSON that is close to what tags look like. */
const tagLikeText = fc
  .letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      fc.constantFrom(null, true, 0, -1, 0.5, Infinity, '', '0', '-0', '1', 'AQ', 'AR', 'AQ=='),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.tuple(fc.constantFrom(...KEYS), tie('json')).map(([key, json]) => ({ [key]: json })),
      fc.array(fc.tuple(tie('json'), tie('json')), { maxLength: 2 }).map((entries) => ({ $map: entries })),
      fc.array(tie('json'), { maxLength: 3 }).map((items) => ({ $set: items })),
    ),
  }))
  .json.map((json) =>
    JSON.stringify(json, (_, value: unknown) => (value === Infinity ? 'Infinity' : value)).replaceAll(
      '"Infinity"',
      '1e400',
    ),
  )

/** The text of a value, or `undefined` where it is refused as it should be. */
function textOf(value: unknown): string | undefined {
  try {
    return encodePayload(value)
  } catch (error) {
    expect(error).toBeInstanceOf(SessionError)
    return undefined
  }
}

describe('a payload, whatever is in it,', () => {
  test('comes back as itself', () => {
    fc.assert(
      fc.property(anyData, (value) => {
        // Not toStrictEqual, which takes a key named constructor for the object's class.
        deepStrictEqual(decodePayload(encodePayload(value)), value)
      }),
      { numRuns: 500 },
    )
  })

  test('has one text: encoding again what was decoded gives the text that was decoded', () => {
    fc.assert(
      fc.property(anyData, (value) => {
        const text = encodePayload(value)
        expect(encodePayload(value)).toBe(text)
        expect(encodePayload(decodePayload(text))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test('is well-formed text, so that its bytes in UTF-8 are its own', () => {
    fc.assert(
      fc.property(anyData, (value) => {
        expect(encodePayload(value).isWellFormed()).toBe(true)
      }),
    )
  })

  test('is never accepted by the writer and refused by the reader', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const text = textOf(value)
        fc.pre(text !== undefined)
        expect(textOf(decodePayload(text))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test('is never accepted by the reader and refused by the writer', () => {
    fc.assert(
      fc.property(tagLikeText, (text) => {
        const value = decodePayload(text)
        fc.pre(!(value instanceof Rejection))
        expect(textOf(decodePayload(encodePayload(value)))).toBe(encodePayload(value))
      }),
      { numRuns: 500 },
    )
  })
})

// ── What the writer refuses ──────────────────────────────────────────────────────────────────────────────────────────

class Cart {
  items: string[] = []
}

const REFUSED: readonly { readonly what: string; readonly value: unknown; readonly message: RegExp }[] = [
  { what: 'a function', value: { a: () => 1 }, message: /^data\.a cannot be stored \(function\)/u },
  {
    what: 'a method that JSON would call',
    value: { a: { toJSON: () => 1 } },
    message: /^data\.a\.toJSON cannot be stored \(function\)/u,
  },
  { what: 'a symbol', value: { a: Symbol('secret') }, message: /^data\.a cannot be stored \(symbol\)/u },
  {
    what: 'a key that is a symbol',
    value: { a: { [Symbol('secret')]: 1 } },
    message: /^data\.a cannot be stored \(symbol as a key\)/u,
  },
  { what: 'NaN', value: { a: [Number.NaN] }, message: /^data\.a\[0\] cannot be stored \(NaN\)/u },
  { what: 'infinity', value: { a: Infinity }, message: /^data\.a cannot be stored \(Infinity\)/u },
  { what: 'minus infinity', value: { a: -Infinity }, message: /^data\.a cannot be stored \(-Infinity\)/u },
  {
    what: 'undefined in an array',
    value: { a: [1, undefined] },
    message: /^data\.a\[1\] cannot be stored \(undefined\)/u,
  },
  {
    what: 'a hole in an array',
    value: { a: Object.assign([1], { length: 2 }) },
    message: /^data\.a\[1\] cannot be stored \(undefined\)/u,
  },
  { what: 'undefined as the whole', value: undefined, message: /^data cannot be stored \(undefined\)/u },
  {
    what: 'undefined in a set',
    value: { a: new Set([1, undefined]) },
    message: /^data\.a\.\$set\[1\] cannot be stored \(undefined\)/u,
  },
  {
    what: 'undefined in a map',
    value: { a: new Map([['k', undefined]]) },
    message: /^data\.a\.\$map\[0\]\[1\] cannot be stored \(undefined\)/u,
  },
  {
    what: 'undefined as a key of a map',
    value: { a: new Map([[undefined, 1]]) },
    message: /^data\.a\.\$map\[0\]\[0\] cannot be stored \(undefined\)/u,
  },
  {
    what: 'an invalid date',
    value: { a: new Date(Number.NaN) },
    message: /^data\.a\.\$date cannot be stored \(NaN\)/u,
  },
  {
    what: 'an instance of a class',
    value: { cart: new Cart() },
    message: /^data\.cart cannot be stored \(class Cart\)/u,
  },
  {
    what: 'a big integer in an object',
    value: { a: Object(1n) as unknown },
    message: /^data\.a cannot be stored \(class BigInt\)/u,
  },
  {
    what: 'an instance of a class without a name',
    value: {
      a: new (class {
        field = 1
      })(),
    },
    message: /^data\.a cannot be stored \(class \)/u,
  },
  {
    what: 'a subclass of Array',
    value: { a: new (class List extends Array {})() },
    message: /^data\.a cannot be stored \(class List\)/u,
  },
  {
    what: 'an array without a prototype',
    value: { a: withoutPrototype([1]) },
    message: /^data\.a cannot be stored \(class \)/u,
  },
  {
    what: 'a subclass of Map',
    value: { a: new (class Index extends Map {})() },
    message: /^data\.a cannot be stored \(class Index\)/u,
  },
  {
    what: 'a subclass of Date',
    value: { a: new (class Day extends Date {})() },
    message: /^data\.a cannot be stored \(class Day\)/u,
  },
  { what: 'an error', value: { a: new Error('secret') }, message: /^data\.a cannot be stored \(class Error\)/u },
  { what: 'a regular expression', value: { a: /secret/u }, message: /^data\.a cannot be stored \(class RegExp\)/u },
  {
    what: 'a promise',
    value: { a: Promise.resolve('secret') },
    message: /^data\.a cannot be stored \(class Promise\)/u,
  },
  {
    what: 'a boxed text',
    value: { a: Object('secret') as unknown },
    message: /^data\.a cannot be stored \(class String\)/u,
  },
  {
    what: 'a boxed number',
    value: { a: Object(1) as unknown },
    message: /^data\.a cannot be stored \(class Number\)/u,
  },
  {
    what: 'a URL',
    value: { a: new URL('https://example.com/?secret') },
    message: /^data\.a cannot be stored \(class URL\)/u,
  },
  {
    what: 'bytes without a view',
    value: { a: new ArrayBuffer(1) },
    message: /^data\.a cannot be stored \(class ArrayBuffer\)/u,
  },
  {
    what: 'a view on numbers that are no bytes',
    value: { a: new Uint16Array(1) },
    message: /^data\.a cannot be stored \(class Uint16Array\)/u,
  },
  { what: 'a WeakMap', value: { a: new WeakMap() }, message: /^data\.a cannot be stored \(class WeakMap\)/u },
  {
    what: 'an object that inherits from another',
    value: { a: Object.create({ b: 1 }) as unknown },
    message: /^data\.a cannot be stored \(class Object\)/u,
  },
  {
    what: 'a key named __proto__',
    value: { a: withProtoKey('secret') },
    message: /^data\.a cannot be stored \(key __proto__\)/u,
  },
  {
    what: 'something deep inside tags',
    value: { m: new Map([['k', [{ f: () => 1 }]]]) },
    message: /^data\.m\.\$map\[0\]\[1\]\[0\]\.f cannot be stored \(function\)/u,
  },
  {
    what: 'something inside an object that looks like a tag',
    value: { $date: Number.NaN },
    message: /^data\.\$date cannot be stored \(NaN\)/u,
  },
]

describe('the writer refuses', () => {
  test.each(REFUSED)('$what, and names its place but no value', ({ value, message }) => {
    expect(() => encodePayload(value)).toThrow(
      expect.objectContaining({
        name: 'SessionError',
        code: 'ERR_DATA_INVALID',
        message: expect.stringMatching(message) as string,
      }),
    )
    expect(() => encodePayload(value)).not.toThrow(/secret/u)
  })

  test('under the name that the caller gives', () => {
    expect(() => encodePayload([Number.NaN], 'initial()')).toThrow(/^initial\(\)\[0\] cannot be stored \(NaN\)/u)
  })

  const array: unknown[] = []
  array.push(array)
  const object: Record<string, unknown> = {}
  object['self'] = object
  const wide: Record<string, unknown> = {}
  wide['a'] = [wide, wide]
  const map = new Map<string, unknown>()
  map.set('self', map)
  const set = new Set<unknown>()
  set.add(set)

  test.each([
    { what: 'an array', value: array },
    { what: 'an object', value: object },
    { what: 'an object twice', value: wide },
    { what: 'a map', value: map },
    { what: 'a set', value: set },
  ])('$what that contains itself', ({ value }) => {
    expect(() => encodePayload({ value })).toThrow(SessionTooLargeError)
    expect(() => encodePayload({ value })).toThrow(/or contains itself/u)
  })
})

// ── Caps that both sides enforce ─────────────────────────────────────────────────────────────────────────────────────

/** `inner` inside of so many arrays. */
const nested = (arrays: number, inner: unknown): unknown =>
  Array.from({ length: arrays }).reduce((value) => [value], inner)
const nestedText = (arrays: number, inner: string): string => '['.repeat(arrays) + inner + ']'.repeat(arrays)

describe(`a payload of ${PAYLOAD_DEPTH} levels is carried, and one of a level more refused on both sides, where the innermost is`, () => {
  test.each([
    { inner: 'a number', levels: 0, value: 1, text: '1' },
    { inner: 'an empty array', levels: 1, value: [], text: '[]' },
    { inner: 'an empty object', levels: 1, value: {}, text: '{}' },
    { inner: 'an object', levels: 1, value: { a: 1 }, text: '{"a":1}' },
    { inner: 'an object that looks like a tag', levels: 1, value: { $x: 1 }, text: '{"$$x":1}' },
    { inner: 'an array in an object that looks like a tag', levels: 2, value: { $x: [] }, text: '{"$$x":[]}' },
    { inner: 'a date', levels: 1, value: new Date(0), text: '{"$date":0}' },
    { inner: 'a bigint', levels: 1, value: 1n, text: '{"$bigint":"1"}' },
    { inner: 'bytes', levels: 1, value: Uint8Array.of(1), text: '{"$bytes":"AQ"}' },
    { inner: 'an empty set', levels: 2, value: new Set(), text: '{"$set":[]}' },
    { inner: 'a set', levels: 2, value: new Set([1]), text: '{"$set":[1]}' },
    { inner: 'a set with an array', levels: 3, value: new Set([[]]), text: '{"$set":[[]]}' },
    { inner: 'an empty map', levels: 2, value: new Map(), text: '{"$map":[]}' },
    { inner: 'a map', levels: 3, value: new Map([[1, 2]]), text: '{"$map":[[1,2]]}' },
    { inner: 'a map with an array as a value', levels: 4, value: new Map([[1, []]]), text: '{"$map":[[1,[]]]}' },
    { inner: 'a map with an array as a key', levels: 4, value: new Map([[[], 1]]), text: '{"$map":[[[],1]]}' },
  ])('$inner', ({ levels, value, text }) => {
    const arrays = PAYLOAD_DEPTH - levels
    expect(encodePayload(nested(arrays, value))).toBe(nestedText(arrays, text))
    expect(decodePayload(nestedText(arrays, text))).toStrictEqual(nested(arrays, value))
    expect(() => encodePayload(nested(arrays + 1, value))).toThrow(SessionTooLargeError)
    expect(decodePayload(nestedText(arrays + 1, text))).toEqual(UNDECODABLE)
  })
})

test('a text nested as deeply as 64 KiB allow is refused and overflows no stack', () => {
  expect(decodePayload(nestedText(32_768, ''))).toEqual(UNDECODABLE)
  expect(decodePayload(`[${nestedText(20_000, '')},"$"]`)).toEqual(UNDECODABLE)
})

const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)
const listText = (count: number, item: string): string => times(count, item).join(',')
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe(`a payload of ${PAYLOAD_NODES} values is carried, and one of a value more refused on both sides, with`, () => {
  test.each([
    {
      what: 'numbers in an array',
      most: PAYLOAD_NODES - 1,
      value: (count: number) => times(count, 1),
      text: (count: number) => `[${listText(count, '1')}]`,
    },
    {
      what: 'properties of an object',
      most: PAYLOAD_NODES - 1,
      value: (count: number) => Object.fromEntries(numbers(count).map((index) => [index, 1])),
      text: (count: number) =>
        `{${numbers(count)
          .map((index) => `"${index}":1`)
          .join(',')}}`,
    },
    {
      what: 'empty arrays',
      most: PAYLOAD_NODES - 1,
      value: (count: number) => times(count, []),
      text: (count: number) => `[${listText(count, '[]')}]`,
    },
    {
      what: 'items of a set',
      most: PAYLOAD_NODES - 2,
      value: (count: number) => new Set(numbers(count)),
      text: (count: number) => `{"$set":[${numbers(count).join(',')}]}`,
    },
    {
      what: 'numbers beside the entries of a map',
      most: 2,
      value: (count: number) => [new Map(numbers(6665).map((index) => [index, 1])), ...times(count, 1)],
      text: (count: number) =>
        `[{"$map":[${numbers(6665)
          .map((index) => `[${index},1]`)
          .join(',')}]},${listText(count, '1')}]`,
    },
    {
      what: 'numbers beside dates',
      most: 1,
      value: (count: number) => [...times(9999, new Date(0)), ...times(count, 1)],
      text: (count: number) => `[${listText(9999, '{"$date":0}')},${listText(count, '1')}]`,
    },
    {
      what: 'numbers beside bigints',
      most: 1,
      value: (count: number) => [...times(9999, 1n), ...times(count, 1)],
      text: (count: number) => `[${listText(9999, '{"$bigint":"1"}')},${listText(count, '1')}]`,
    },
    {
      what: 'numbers beside bytes',
      most: 1,
      value: (count: number) => [...times(9999, Uint8Array.of(1)), ...times(count, 1)],
      text: (count: number) => `[${listText(9999, '{"$bytes":"AQ"}')},${listText(count, '1')}]`,
    },
    {
      what: 'numbers before an empty map',
      most: PAYLOAD_NODES - 3,
      value: (count: number) => [...times(count, 1), new Map()],
      text: (count: number) => `[${listText(count, '1')},{"$map":[]}]`,
    },
    {
      what: 'numbers before an empty set',
      most: PAYLOAD_NODES - 3,
      value: (count: number) => [...times(count, 1), new Set()],
      text: (count: number) => `[${listText(count, '1')},{"$set":[]}]`,
    },
    {
      what: 'numbers before an object that looks like a tag',
      most: PAYLOAD_NODES - 3,
      value: (count: number) => [...times(count, 1), { $x: 1 }],
      text: (count: number) => `[${listText(count, '1')},{"$$x":1}]`,
    },
  ])('$what', ({ most, value, text }) => {
    expect(encodePayload(value(most))).toBe(text(most))
    expect(encodePayload(decodePayload(text(most)))).toBe(text(most))
    expect(() => encodePayload(value(most + 1))).toThrow(SessionTooLargeError)
    expect(decodePayload(text(most + 1))).toEqual(UNDECODABLE)
  })
})

// ── What the reader refuses ──────────────────────────────────────────────────────────────────────────────────────────

describe('the reader refuses', () => {
  test.each([
    { what: 'no text', text: '' },
    { what: 'what is not JSON', text: '{cart:[]}' },
    { what: 'JSON that is cut short', text: '{"cart":[' },
    { what: 'text after JSON', text: '{} {}' },
    { what: 'a number too large to be finite', text: '{"a":[1e400]}' },
    { what: 'a number too large to be finite, beside a tag', text: '[-1e400,{"$date":0}]' },
    { what: 'an unknown tag', text: '{"$regexp":"a"}' },
    { what: 'the empty tag', text: '{"$":1}' },
    { what: 'a tag in other letters', text: '{"$Date":0}' },
    { what: 'an unknown tag deep inside', text: '{"a":[{"$x":1}]}' },
    { what: 'a tag written with an escape that is unknown without it', text: String.raw`{"\u0024x":1}` },
    { what: 'bytes that are no text', text: '{"$bytes":[1]}' },
    { what: 'bytes with padding', text: '{"$bytes":"AQ=="}' },
    { what: 'bytes with unused bits', text: '{"$bytes":"AR"}' },
    { what: 'bytes in the alphabet of base64', text: '{"$bytes":"+/8"}' },
    { what: 'a date that is text', text: '{"$date":"2026-01-01"}' },
    { what: 'a date that is null', text: '{"$date":null}' },
    { what: 'a date between two milliseconds', text: '{"$date":0.5}' },
    { what: 'a date after the last one', text: '{"$date":8640000000000001}' },
    { what: 'a date before the first one', text: '{"$date":-8640000000000001}' },
    { what: 'a bigint that is a number', text: '{"$bigint":1}' },
    { what: 'a bigint without digits', text: '{"$bigint":""}' },
    { what: 'a bigint that is negative zero', text: '{"$bigint":"-0"}' },
    { what: 'a bigint with a leading zero', text: '{"$bigint":"01"}' },
    { what: 'a bigint with a plus sign', text: '{"$bigint":"+1"}' },
    { what: 'a bigint with white space', text: '{"$bigint":" 1"}' },
    { what: 'a bigint with a line feed', text: String.raw`{"$bigint":"1\n"}` },
    { what: 'a bigint in hexadecimal', text: '{"$bigint":"0x1"}' },
    { what: 'a map that is an object', text: '{"$map":{}}' },
    { what: 'a map whose entry is no pair', text: '{"$map":[["a"]]}' },
    { what: 'a map whose entry has three parts', text: '{"$map":[["a",1,2]]}' },
    { what: 'a map whose entry is an object', text: '{"$map":[{"0":1,"1":2,"length":2}]}' },
    { what: 'a map with a key twice', text: '{"$map":[["a",1],["a",2]]}' },
    { what: 'a map with one bigint twice as a key', text: '{"$map":[[{"$bigint":"1"},1],[{"$bigint":"1"},2]]}' },
    { what: 'a set that is an object', text: '{"$set":{}}' },
    { what: 'a set with an item twice', text: '{"$set":[1,2,1]}' },
    { what: 'a set with both zeros', text: '{"$set":[0,-0]}' },
    { what: 'a key named __proto__', text: '{"__proto__":{"polluted":true}}' },
    { what: 'a key named __proto__ beside others', text: '{"a":1,"__proto__":{"polluted":true},"b":2}' },
    { what: 'a key named __proto__ deep inside', text: '{"a":[{"b":{"__proto__":null}}]}' },
    { what: 'a key named __proto__ inside a tag', text: '{"$set":[{"__proto__":{"polluted":true}}]}' },
    { what: 'a key named __proto__ with an escaped letter', text: String.raw`{"\u005f_proto__":{"polluted":true}}` },
    {
      what: 'a key named __proto__ with an escape in capitals',
      text: String.raw`{"\u005F\u005Fproto__":{"polluted":true}}`,
    },
    {
      what: 'a key named __proto__ with every letter escaped',
      text: String.raw`{"\u005f\u005f\u0070\u0072\u006f\u0074\u006f\u005f\u005f":{"polluted":true}}`,
    },
    {
      what: 'a key named __proto__ behind the escape of a tag',
      text: String.raw`{"$$a":{"__pr\u006fto__":{"polluted":true}}}`,
    },
  ])('$what', ({ text }) => {
    expect(decodePayload(text)).toEqual(UNDECODABLE)
    expect({}).not.toHaveProperty('polluted')
  })

  test('nothing that only looks dangerous: such keys and texts are data', () => {
    const text = '{"constructor":{"prototype":{"polluted":true}},"a":"__proto__","b":"$date"}'
    const value = decodePayload(text)
    deepStrictEqual(value, JSON.parse(text))
    expect({}).not.toHaveProperty('polluted')
  })

  test('reads an escaped tag name as the tag that it spells', () => {
    expect(decodePayload(String.raw`{"\u0024date":0}`)).toEqual(new Date(0))
  })
})

// ── Sizes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

describe('the sizes of the fields', () => {
  test.each([
    { what: 'nothing', data: {}, sizes: [] },
    { what: 'names and values in UTF-8', data: { a: 'é' }, sizes: [['a', '"a":"é"'.length + 1]] },
    {
      what: 'the largest first',
      data: { small: 1, large: 'x'.repeat(100), middle: [1, 2, 3] },
      sizes: [
        ['large', 110],
        ['middle', 16],
        ['small', 9],
      ],
    },
    { what: 'tags', data: { a: Uint8Array.of(1) }, sizes: [['a', '"a":{"$bytes":"AQ"}'.length]] },
    { what: 'no property that is undefined', data: { a: undefined, b: 1 }, sizes: [['b', 5]] },
  ])('tell $what', ({ data, sizes }) => {
    expect(Object.entries(fieldSizes(data))).toEqual(sizes)
  })

  test('add up, with the marks between them, to the whole', () => {
    const data = { user: { name: 'Zoë' }, cart: [{ item: 'tea', qty: 2 }], seen: new Date(0) }
    const marks = '{,,}'.length
    const sum = Object.values(fieldSizes(data)).reduce((so, each) => so + each, marks)
    expect(sum).toBe(new TextEncoder().encode(encodePayload(data)).length)
  })
})
