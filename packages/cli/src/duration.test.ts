import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

describe('a length of time', () => {
  it.each([
    ['30s', 30],
    ['10m', 600],
    ['12h', 43_200],
    ['30d', 2_592_000],
    ['0s', 0],
    ['36500d', 3_153_600_000],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  it.each(['', '10', 'm', '1.5h', '-1d', '1w', '10 m', '1h30m', '10M', '1234567890s', '36501d'])(
    'is not %j',
    (text) => {
      expect(() => parseDuration(text)).toThrow(InvalidArgumentError)
    },
  )

  it.each([
    [0, '0s'],
    [59, '59s'],
    [60, '1m'],
    [90, '1m 30s'],
    [3_600, '1h'],
    [86_400 + 5, '1d'],
    [86_400 + 3_600 + 59, '1d 1h'],
    [30 * 86_400, '30d'],
  ])('of %d seconds is shown as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })
})
