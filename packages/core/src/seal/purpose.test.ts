import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, toHex } from '../base/bytes.ts'
import { derivationInfo, encodePurpose, lengthPrefixed, type Purpose } from './purpose.ts'

const LONGEST = 'x'.repeat(255)

describe('a purpose', () => {
  it.each<[Purpose, string]>([
    [{ kind: 'cookie', name: 'session' }, 'cookie:session'],
    [{ kind: 'cookie', name: 'session', audience: 'shop' }, 'cookie:session:shop'],
    [{ kind: 'row', name: ' ~', audience: '!' }, 'row: ~:!'],
    [{ kind: 'token', name: LONGEST, audience: LONGEST }, `token:${LONGEST}:${LONGEST}`],
  ])('is written with its length before it: %o', (purpose, text) => {
    expect(toHex(encodePurpose(purpose))).toBe(
      text.length.toString(16).padStart(4, '0') + Buffer.from(text).toString('hex'),
    )
  })

  it.each(['', ':', 'a:b', 'a\n', '\u0000', '\u007f', 'é', '\ud800', `${LONGEST}x`])(
    'refuses %o as name and as audience',
    (text) => {
      const refusal = expect.objectContaining({ name: 'SessionError', code: 'ERR_OPTIONS_INVALID' }) as Error
      expect(() => encodePurpose({ kind: 'cookie', name: text })).toThrow(refusal)
      expect(() => encodePurpose({ kind: 'cookie', name: 'session', audience: text })).toThrow(refusal)
    },
  )

  it('is another one wherever kind, name or audience differ', () => {
    const purposes: Purpose[] = (['cookie', 'row', 'token'] as const).flatMap((kind) =>
      ['a', 'b', 'ab'].flatMap((name) => [
        { kind, name },
        { kind, name, audience: 'a' },
        { kind, name, audience: 'b' },
      ]),
    )
    expect(new Set(purposes.map((purpose) => toHex(encodePurpose(purpose)))).size).toBe(purposes.length)
  })
})

it('the info of a derivation begins with what the result is for, and its length', () => {
  expect(toHex(derivationInfo('key', encodePurpose({ kind: 'token', name: 't' })))).toBe(
    `0018${Buffer.from('encrypted-session/v1 key').toString('hex')}0007${Buffer.from('token:t').toString('hex')}`,
  )
})

describe('a length-prefixed text', () => {
  it.each([
    { text: '', bytes: [0, 0] },
    { text: 'ab', bytes: [0, 2, 0x61, 0x62] },
    { text: '€', bytes: [0, 3, 0xe2, 0x82, 0xac] },
  ])('of "$text" is $bytes: the count is of bytes, not characters', ({ text, bytes }) => {
    expect([...lengthPrefixed(text)]).toEqual(bytes)
  })

  it('counts in two bytes, the high one first', () => {
    expect([...lengthPrefixed('a'.repeat(0x1_02)).subarray(0, 3)]).toEqual([1, 2, 0x61])
  })

  it('keeps lists of texts apart that would join to the same text', () => {
    const list = fc.array(fc.string({ unit: fc.constantFrom('a', '\0', '\u{1}'), maxLength: 3 }), { maxLength: 3 })
    const joined = (texts: string[]) => toHex(concat(...texts.map(lengthPrefixed)))
    fc.assert(
      fc.property(list, list, (one, other) => {
        expect(joined(one) === joined(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
    )
  })
})
