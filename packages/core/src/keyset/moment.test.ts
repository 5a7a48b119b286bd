import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMoment, parseMoment } from './moment.ts'

describe('a moment in text', () => {
  it('is read as it was written, from the year 0 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }), (at) => {
        expect(parseMoment(formatMoment(at))).toBe(at)
      }),
    )
  })

  it('is written in UTC, to the second', () => {
    expect(formatMoment(1_795_327_200)).toBe('2026-11-22T06:00:00Z')
  })

  it.each([1_795_327_200_000, 0.5, Number.NaN, Infinity, 253_402_300_800, -62_167_219_201])(
    'is whole seconds, not %d',
    (at) => {
      expect(() => formatMoment(at)).toThrow(
        expect.objectContaining({
          code: 'ERR_KEYSET_INVALID',
          message: 'A moment is whole seconds since 1970: Math.floor(Date.now() / 1000).',
        }),
      )
    },
  )

  it.each([
    '2026-11-22',
    '2026-11-22T06:00Z',
    '2026-11-22T06:00:00',
    '2026-11-22T06:00:00.000Z',
    '2026-11-22T06:00:00+00:00',
    '2026-11-22t06:00:00z',
    '2026-11-22 06:00:00Z',
    ' 2026-11-22T06:00:00Z',
    '2026-11-22T06:00:00Z\n',
    '2026-02-29T06:00:00Z',
    '2026-11-31T06:00:00Z',
    '2026-00-01T06:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T06:60:00Z',
    '2026-11-22T06:00:60Z',
    '+010000-01-01T00:00:00Z',
    '1795327200',
    '',
  ])('is not %j', (text) => {
    expect(parseMoment(text)).toBeUndefined()
  })
})
