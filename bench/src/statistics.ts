/** The middle of some numbers and the spread around it. */
export interface Summary {
  readonly median: number
  /** A quarter of the numbers lies below … */
  readonly lower: number
  /** … and a quarter above. */
  readonly upper: number
  readonly samples: number
}

export function summarize(numbers: readonly number[]): Summary {
  const sorted = numbers.toSorted((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    lower: quantile(sorted, 0.25),
    upper: quantile(sorted, 0.75),
    samples: sorted.length,
  }
}

function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}
