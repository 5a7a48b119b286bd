import type { Seconds } from '../base/time.ts'

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u

/** A moment in ISO 8601, in UTC and to the second: "2026-11-22T06:00:00Z". */
export function formatMoment(at: Seconds): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z')
}

/** The moment of a text as {@link formatMoment} writes it, or `undefined` for any other text, also for a day that no calendar has. */
export function parseMoment(text: string): Seconds | undefined {
  const at = MOMENT.test(text) ? Date.parse(text) / 1000 : Number.NaN
  // 30 February is a day in March to some parsers.
  return Number.isNaN(at) || formatMoment(at) !== text ? undefined : at
}
