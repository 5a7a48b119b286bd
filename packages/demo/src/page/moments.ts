import { html, type Html } from './html.ts'

/** A moment as a time of day; the browser's script turns it into local time. */
export function timeOf(seconds: number): Html {
  const iso = new Date(seconds * 1000).toISOString()
  return html`<time datetime="${iso}">${iso.slice(11, 19)} UTC</time>`
}

/** A length of time in its two largest units. */
export function lengthOf(seconds: number): string {
  // The usual day is said in hours, which then count down.
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const
  const largest = units.findIndex(([unit, size]) => seconds >= (unit === 'd' ? 2 * size : size))
  if (largest === -1) return '0 s'
  let rest = seconds
  const counts = units.slice(largest, largest + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? '' : `${count} ${unit}`
  })
  return counts.filter((count) => count !== '').join(' ')
}
