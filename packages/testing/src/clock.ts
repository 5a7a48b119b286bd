import type { Clock, Seconds } from '@encrypted-session/core'

/** A clock that stands still until it is told to go on. Fits the option `now` of `createSessions`. */
export interface FixedClock extends Clock {
  /** Goes on by that many seconds. */
  advance(seconds: Seconds): void
}

/** A clock that shows `start`, in seconds since 1970, and moves only by `advance`. Without `start` it shows the moment of the call. */
export function createClock(start: Seconds = Math.floor(Date.now() / 1000)): FixedClock {
  let present = start
  return Object.assign(() => present, {
    advance(seconds: Seconds) {
      present += seconds
    },
  })
}
