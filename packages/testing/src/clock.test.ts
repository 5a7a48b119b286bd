import { expect, it } from 'vitest'
import { createClock } from './clock.ts'

it('a fixed clock stands still until it is told to go on', () => {
  const clock = createClock(1_800_000_000)
  expect([clock(), clock()]).toEqual([1_800_000_000, 1_800_000_000])
  clock.advance(90)
  expect(clock()).toBe(1_800_000_090)
})

it('a clock without a start shows the present in whole seconds', () => {
  const now = createClock()()
  expect(Number.isInteger(now)).toBe(true)
  expect(Math.abs(now - Date.now() / 1000)).toBeLessThan(2)
})
