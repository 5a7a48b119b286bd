import { expect, it } from 'vitest'
import { pastedPairs } from './pasted-pairs.ts'

it.each(['^', ')', '^,)]}'])('takes the signs %s from behind a value, and none from within', (signs) => {
  expect(pastedPairs(`a=b${signs}c${signs}`)).toEqual([['a', `b${signs}c`]])
})

it('takes no longer than the text is long', () => {
  const [[, value] = []] = pastedPairs(`a=${')'.repeat(1_000_000)}x`)
  // With a pattern that begins at each of them this would take an hour.
  expect(value).toHaveLength(1_000_001)
})
