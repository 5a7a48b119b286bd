import { afterEach, expect, test, vi } from 'vitest'
import { days, hours, minutes, systemClock } from './time.ts'

afterEach(() => {
  vi.useRealTimers()
})

test.each([
  { words: '1 minute', seconds: minutes(1), expected: 60 },
  { words: '90 minutes', seconds: minutes(90), expected: 5400 },
  { words: 'half an hour', seconds: hours(0.5), expected: 1800 },
  { words: '12 hours', seconds: hours(12), expected: 43_200 },
  { words: '1 day', seconds: days(1), expected: 86_400 },
  { words: '14 days', seconds: days(14), expected: 1_209_600 },
  { words: 'no day', seconds: days(0), expected: 0 },
])('$words are $expected seconds', ({ seconds, expected }) => {
  expect(seconds).toBe(expected)
})

test.each([
  { at: '1970-01-01T00:00:00.999Z', seconds: 0 },
  { at: '2026-08-22T12:00:00.000Z', seconds: 1_787_400_000 },
  { at: '2026-08-22T12:00:00.999Z', seconds: 1_787_400_000 },
])('the clock shows the whole second that has begun at $at', ({ at, seconds }) => {
  vi.useFakeTimers({ now: new Date(at) })
  expect(systemClock()).toBe(seconds)
})
