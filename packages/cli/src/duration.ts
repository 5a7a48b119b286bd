import type { Seconds } from '@encrypted-session/core'
import { InvalidArgumentError } from 'commander'

const UNITS = { d: 86_400, h: 3600, m: 60, s: 1 } as const
type Unit = keyof typeof UNITS

const CENTURY: Seconds = 36_500 * UNITS.d

/** The seconds of a length of time as it is typed: 30s, 10m, 12h, 30d. Throws what commander tells of an option. */
export function parseDuration(text: string): Seconds {
  const [, count, unit] = /^(\d{1,9})([smhd])$/u.exec(text) ?? []
  if (count === undefined || unit === undefined) {
    throw new InvalidArgumentError('Write it as 30s, 10m, 12h or 30d.')
  }
  // The cast says what the pattern lets through.
  const length = Number(count) * UNITS[unit as Unit]
  // Added to a moment, it must still give one that can be printed.
  if (length > CENTURY) throw new InvalidArgumentError('It can be a hundred years at most: 36500d.')
  return length
}

/** A length of time in its two largest units: 2d 3h, 10m, 0s. */
export function formatDuration(length: Seconds): string {
  const parts: string[] = []
  let rest = length
  for (const [unit, seconds] of Object.entries(UNITS)) {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    if (count > 0) parts.push(`${count}${unit}`)
    // A unit between two others that is zero ends it: "2d", not "2d 5s".
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ') || '0s'
}
