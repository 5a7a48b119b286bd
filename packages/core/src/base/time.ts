/** A length of time or a moment since 1970-01-01T00:00:00Z, in whole seconds. */
export type Seconds = number

/** Answers the present moment in whole seconds. Given in so that tests can fix it. */
export type Clock = () => Seconds

/** The machine's clock. */
export function systemClock(): Seconds {
  return Math.floor(Date.now() / 1000)
}

/** That many minutes, in seconds. */
export function minutes(count: number): Seconds {
  return count * 60
}

/** That many hours, in seconds. */
export function hours(count: number): Seconds {
  return count * 3600
}

/** That many days of 24 hours, in seconds. */
export function days(count: number): Seconds {
  return count * 86_400
}
