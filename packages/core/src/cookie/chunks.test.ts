import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Rejection } from '../base/rejection.ts'
import { resolveAttributes } from './attributes.ts'
import { carriedChunks, type Chunk, COOKIE_BYTES, joinToken, splitToken, tokenLimit } from './chunks.ts'

const NAME = '__Host-Http-session'
const cookie = (maxChunks: number, name = NAME) => resolveAttributes({ name, maxChunks, secure: name === NAME })
/** A text in the token's alphabet whose every place looks different, so that no part passes for another. */
const tokenOf = (length: number, seed = 0): string => {
  const words = Array.from(
    { length: Math.ceil(length / 6) },
    (_, index) => `_${(index + seed).toString(36).padStart(5, '0')}`,
  )
  return words.join('').slice(0, length)
}
const headerOf = (chunks: readonly Chunk[]): string => chunks.map(({ name, value }) => `${name}=${value}`).join('; ')
const sizeOf = ({ name, value }: Chunk): number => name.length + value.length

describe('a token is split', () => {
  test.each([
    { length: 60, chunks: 1 },
    { length: 4077, chunks: 1 },
    { length: 4078, chunks: 2 },
    { length: 8136, chunks: 2 },
    { length: 8137, chunks: 3 },
    { length: 12_204, chunks: 3 },
    { length: 12_205, chunks: 4 },
    { length: 16_272, chunks: 4 },
    { length: 32_544, chunks: 8 },
    { length: 32_545, chunks: 9 },
    { length: 36_612, chunks: 9 },
  ])('of $length characters over $chunks cookies', ({ length, chunks }) => {
    expect(splitToken(tokenOf(length), cookie(9))).toHaveLength(chunks)
  })

  test.each([
    { maxChunks: 1, limit: 4077 },
    { maxChunks: 2, limit: 8136 },
    { maxChunks: 3, limit: 12_204 },
    { maxChunks: 9, limit: 36_612 },
  ])('up to $limit characters and no further where $maxChunks cookies are allowed', ({ maxChunks, limit }) => {
    expect(tokenLimit(cookie(maxChunks))).toBe(limit)
    expect(splitToken(tokenOf(limit), cookie(maxChunks))).toHaveLength(maxChunks)
    expect(splitToken(tokenOf(limit + 1), cookie(maxChunks))).toBeUndefined()
  })

  test.each([1, 2, 3, 9].map((maxChunks) => ({ maxChunks })))(
    'into $maxChunks cookies of exactly 4,096 bytes at most, name and value together',
    ({ maxChunks }) => {
      const chunks = splitToken(tokenOf(tokenLimit(cookie(maxChunks))), cookie(maxChunks))
      expect(chunks?.map(sizeOf)).toEqual(Array.from({ length: maxChunks }, () => COOKIE_BYTES))
    },
  )

  test('as spec/token.md lays it out: count, label and part; then label and part', () => {
    const token = `${'a'.repeat(4068)}${'b'.repeat(4068)}cccccLABEL_`
    expect(splitToken(token, cookie(3))).toEqual([
      { name: NAME, value: `3.LABEL_.${'a'.repeat(4068)}` },
      { name: `${NAME}.1`, value: `LABEL_.${'b'.repeat(4068)}` },
      { name: `${NAME}.2`, value: 'LABEL_.cccccLABEL_' },
    ])
  })

  test('and joined again, in whatever order the cookies come and whatever comes beside them', () => {
    const lengths = fc.oneof(
      fc.integer({ min: 60, max: 37_000 }),
      // Around every limit, for the shortest name and the longest.
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -150, max: 150 }))
        .map(([count, distance]) => 4068 * count + distance),
    )
    const names = fc.constantFrom('s', 'session', NAME, 'n'.repeat(128))
    fc.assert(
      fc.property(
        lengths,
        names,
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.nat(9)),
        fc.nat(1000),
        (length, name, maxChunks, order, seed) => {
          const attributes = cookie(maxChunks, name)
          const token = tokenOf(length, seed)
          const chunks = splitToken(token, attributes)
          expect(chunks === undefined).toBe(length > tokenLimit(attributes))
          fc.pre(chunks !== undefined)
          const shuffled = chunks.toSorted(
            (one, other) => (order[chunks.indexOf(one)] ?? 0) - (order[chunks.indexOf(other)] ?? 0),
          )
          const others = [`x${name}=1`, `${name}-legacy=2`, `${name}.10=3`, `${name}.01=4`, `${name}.x=5`].join('; ')
          const bytes = chunks.reduce((sum, chunk) => sum + sizeOf(chunk), 0)
          expect(chunks.map(sizeOf).every((size) => size <= COOKIE_BYTES)).toBe(true)
          expect(joinToken(`${others}; ${headerOf(shuffled)}; ${others}`, attributes)).toEqual([
            { token, chunks: chunks.length, bytes },
          ])
        },
      ),
      { numRuns: 300 },
    )
  })
})

const joined = (header: string, maxChunks = 3) => joinToken(header, cookie(maxChunks, 's'))

describe('a Cookie header', () => {
  test.each([
    { what: 'no cookie', header: 'x=1', candidates: [] },
    { what: 'an empty cookie', header: 's=', candidates: [] },
    { what: 'one cookie', header: 's=token', candidates: [{ token: 'token', chunks: 1, bytes: 6 }] },
    { what: 'one cookie of one character', header: 's=t', candidates: [{ token: 't', chunks: 1, bytes: 2 }] },
    {
      what: 'two chunks',
      header: 's=2.abcdef.to; s.1=abcdef.kenabcdef',
      candidates: [{ token: 'tokenabcdef', chunks: 2, bytes: 31 }],
    },
    {
      what: 'surplus chunks',
      header: 's=token; s.1=abcdef.x; s.2=abcdef.y',
      candidates: [{ token: 'token', chunks: 1, bytes: 6 }],
    },
    {
      what: 'chunks and a surplus one',
      header: 's=2.abcdef.to; s.1=abcdef.kenabcdef; s.2=abcdef.x',
      candidates: [{ token: 'tokenabcdef', chunks: 2, bytes: 31 }],
    },
    {
      what: 'a chunk of an older writing before the right one',
      header: 's=2.abcdef.to; s.1=ABCDEF.x; s.1=abcdef.kenabcdef',
      candidates: [{ token: 'tokenabcdef', chunks: 2, bytes: 31 }],
    },
    {
      what: 'a single cookie and a chunked one of one name',
      header: 's=token; s=2.abcdef.to; s.1=abcdef.kenabcdef',
      candidates: [
        { token: 'token', chunks: 1, bytes: 6 },
        { token: 'tokenabcdef', chunks: 2, bytes: 31 },
      ],
    },
    {
      what: 'two chunked cookies of one name',
      header: 's=2.abcdef.1; s=2.ABCDEF.2; s.1=abcdef.abcdef; s.1=ABCDEF.ABCDEF',
      candidates: [
        { token: '1abcdef', chunks: 2, bytes: 27 },
        { token: '2ABCDEF', chunks: 2, bytes: 27 },
      ],
    },
    {
      what: 'more cookies of one name than are looked at',
      header: 's=1; s=2; s=3; s=4; s=5',
      candidates: [
        { token: '1', chunks: 1, bytes: 2 },
        { token: '2', chunks: 1, bytes: 2 },
        { token: '3', chunks: 1, bytes: 2 },
        { token: '4', chunks: 1, bytes: 2 },
      ],
    },
  ])('with $what gives what there is to open', ({ header, candidates }) => {
    expect(joined(header)).toEqual(candidates)
  })

  test.each([
    { what: 'a count that is no digit', header: 's=x.abcdef.token', reason: 'malformed', chunks: 1 },
    { what: 'a count of 0', header: 's=0.abcdef.token', reason: 'malformed', chunks: 1 },
    { what: 'a count of 1, which is written without', header: 's=1.abcdef.token', reason: 'malformed', chunks: 1 },
    { what: 'a label that is too short', header: 's=2.abcde.token; s.1=abcde.x', reason: 'malformed', chunks: 1 },
    { what: 'a label that is too long', header: 's=2.abcdefg.token; s.1=abcdefg.x', reason: 'malformed', chunks: 1 },
    {
      what: 'a label outside of the alphabet',
      header: 's=2.abc+ef.token; s.1=abc+ef.x',
      reason: 'malformed',
      chunks: 1,
    },
    { what: 'no first part', header: 's=2.abcdef.; s.1=abcdef.tokenabcdef', reason: 'malformed', chunks: 1 },
    { what: 'a count and nothing else', header: 's=2.', reason: 'malformed', chunks: 1 },
    {
      what: 'a count above maxChunks',
      header: 's=4.abcdef.to; s.1=abcdef.k; s.2=abcdef.e; s.3=abcdef.nabcdef',
      reason: 'too-large',
      chunks: 4,
    },
    { what: 'the largest count', header: 's=9.abcdef.token', reason: 'too-large', chunks: 9 },
    { what: 'no second chunk', header: 's=2.abcdef.token', reason: 'chunks-incomplete', chunks: 2 },
    { what: 'an empty second chunk', header: 's=2.abcdef.token; s.1=', reason: 'chunks-incomplete', chunks: 2 },
    { what: 'no last chunk', header: 's=3.abcdef.to; s.1=abcdef.kenabcdef', reason: 'chunks-incomplete', chunks: 3 },
    {
      what: 'no chunk in the middle',
      header: 's=3.abcdef.to; s.2=abcdef.kenabcdef',
      reason: 'chunks-incomplete',
      chunks: 3,
    },
    {
      what: 'a chunk of another label',
      header: 's=2.abcdef.to; s.1=ABCDEF.kenabcdef',
      reason: 'chunks-incomplete',
      chunks: 2,
    },
    { what: 'a chunk without a label', header: 's=2.abcdef.to; s.1=kenabcdef', reason: 'chunks-incomplete', chunks: 2 },
    {
      what: 'a chunk with the count of the first',
      header: 's=2.abcdef.to; s.1=2.abcdef.kenabcdef',
      reason: 'chunks-incomplete',
      chunks: 2,
    },
    {
      what: 'a whole that does not end with its label',
      header: 's=2.abcdef.to; s.1=abcdef.ken',
      reason: 'chunks-incomplete',
      chunks: 2,
    },
    {
      what: 'a chunk under another name: s.01',
      header: 's=2.abcdef.to; s.01=abcdef.kenabcdef',
      reason: 'chunks-incomplete',
      chunks: 2,
    },
    {
      what: 'a chunk under another name: s.10',
      header: 's=2.abcdef.to; s.10=abcdef.kenabcdef',
      reason: 'chunks-incomplete',
      chunks: 2,
    },
    {
      what: 'a chunk under another name: xs.1',
      header: 's=2.abcdef.to; xs.1=abcdef.kenabcdef',
      reason: 'chunks-incomplete',
      chunks: 2,
    },
    {
      what: 'a chunk under another name: s%2E1',
      header: 's=2.abcdef.to; s%2E1=abcdef.kenabcdef',
      reason: 'chunks-incomplete',
      chunks: 2,
    },
  ] as const)('with $what is $reason', ({ header, reason, chunks }) => {
    expect(joined(header)).toEqual([{ token: new Rejection(reason), chunks, bytes: expect.any(Number) as number }])
  })

  test('that lost any one of nine chunks is incomplete', () => {
    const chunks = splitToken(tokenOf(36_000), cookie(9)) ?? []
    const withoutOne = chunks
      .slice(1)
      .map((lost) => joinToken(headerOf(chunks.filter((chunk) => chunk !== lost)), cookie(9)))
    expect(withoutOne.map(([candidate]) => candidate?.token)).toEqual(
      Array.from({ length: 8 }, () => new Rejection('chunks-incomplete')),
    )
  })

  test('with chunks of two writings, of which the later lost its second cookie, is incomplete', () => {
    const [, second] = splitToken(tokenOf(8000, 1), cookie(2)) ?? []
    const [first] = splitToken(tokenOf(8000, 9), cookie(2)) ?? []
    const [candidate] = joinToken(headerOf([first!, second!]), cookie(2))
    expect(candidate?.token).toEqual(new Rejection('chunks-incomplete'))
  })
})

describe('the further cookies that a request carries', () => {
  const header = 's=2.abcdef.a; s.1=abcdef.b; s.3=x; s.8=; s.9=y; s.10=z; s.0=0; s.01=1; s-legacy=2; xs.2=3; s.2x=4'

  test.each([
    { from: 0, names: ['s.1', 's.3', 's.8'] },
    { from: 1, names: ['s.1', 's.3', 's.8'] },
    { from: 2, names: ['s.3', 's.8'] },
    { from: 4, names: ['s.8'] },
    { from: 9, names: [] },
  ])('from the index $from on are $names: those of the session, empty ones too, and no others', ({ from, names }) => {
    expect(carriedChunks(header, 's', from)).toEqual(names)
  })

  test('are none where the header has none', () => {
    expect(carriedChunks('', 's', 1)).toEqual([])
    expect(carriedChunks('s=token', 's', 1)).toEqual([])
  })
})
