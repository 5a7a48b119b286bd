import { expect, it } from 'vitest'
import { nextCutoff } from './cutoff.ts'

it.each<[name: string, present: number, now: number, next: number]>([
  ['lies a minute ahead', 0, 1000, 1060],
  ['lies a minute ahead of the clock, not of the last one', 1030, 1000, 1060],
  ['reaches who is dated after the last one of the same second', 1060, 1000, 1061],
  ['does so again and again', 1061, 1000, 1062],
  ['lies two minutes ahead at most: later sessions would be valid to no server', 1120, 1000, 1120],
  ['never goes back with the clock', 1500, 1000, 1500],
])('a cut-off %s', (_, present, now, next) => {
  expect(nextCutoff(present, now)).toBe(next)
})
