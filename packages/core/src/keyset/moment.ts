import { check } from '../base/check.ts'
import type { Seconds } from '../base/time.ts'

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u

/** The first moment of the year 0, and the last of the year 9999. */
const FIRST: Seconds = -62_167_219_200
const LAST: Seconds = 253_402_300_799

/** A moment in ISO 8601, in UTC and to the second: "2026-11-22T06:00:00Z". Throws `ERR_KEYSET_INVALID` for one that cannot be written so: milliseconds, or parts of a second. */
export function formatMoment(at: Seconds): string {
  const isWritable = Number.isInteger(at) && at >= FIRST && at <= LAST
  check(isWritable, 'A moment is whole seconds since 1970: Math.floor(Date.now() / 1000)', 'ERR_KEYSET_INVALID')
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z')
}

/** The moment of a text as {@link formatMoment} writes it, or `undefined` for any other text, also for a day that no calendar has. */
export function parseMoment(text: string): Seconds | undefined {
  const at = MOMENT.test(text) ? Date.parse(text) / 1000 : Number.NaN
  // 30 February is a day in March to some parsers.
  return Number.isNaN(at) || formatMoment(at) !== text ? undefined : at
}
