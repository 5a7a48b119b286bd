import { check } from '../base/check.ts'
import { type Clock, type Seconds, systemClock } from '../base/time.ts'

/** How a keyring follows its source. */
export interface LoadedKeyringOptions {
  /** How old the keys may be before the source is asked again: seconds, 1 or more. */
  readonly refreshEvery?: Seconds
  /** Whether `ready()` rejects while there are no keys, so that the app does not start. Otherwise it starts, and its writes fail. */
  readonly required?: boolean
  /**
   * Where a platform drops what a request began when that is over: keeps a load alive. On Workers it is `waitUntil` of
   * 'cloudflare:workers'. Without it, what was dropped is begun again by a request that waits.
   */
  readonly waitUntil?: (load: Promise<void>) => void
  /** The clock that activateAt is compared with. For tests. */
  readonly now?: Clock
  /** Seconds, and parts of them, on a clock that never goes back. For tests. */
  readonly uptime?: () => number
}

/** The options with their defaults. Throws `ERR_OPTIONS_INVALID`. */
export function resolveRefreshOptions(
  options: LoadedKeyringOptions,
  usualSeconds: Seconds,
): Required<LoadedKeyringOptions> {
  const {
    refreshEvery = usualSeconds,
    required = false,
    waitUntil = () => undefined,
    now = systemClock,
    uptime = () => performance.now() / 1000,
    ...others
  } = options
  const resolved = { refreshEvery, required, waitUntil, now, uptime }
  const [other] = Object.keys(others)
  check(other === undefined, `${other} is not an option: there are ${Object.keys(resolved).join(', ')}`)
  check(Number.isFinite(refreshEvery) && refreshEvery >= 1, 'refreshEvery must be a number of seconds, 1 or more')
  check(typeof required === 'boolean', 'required must be a boolean')
  const areFunctions = [waitUntil, now, uptime].every((each) => typeof each === 'function')
  check(areFunctions, 'waitUntil, now and uptime must be functions')
  return resolved
}
