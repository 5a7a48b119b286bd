import { check } from '../base/check.ts'
import { type Clock, type Seconds, systemClock } from '../base/time.ts'

/** How a keyring follows its source. */
export interface LoadedKeyringOptions {
  /** How old the keys may be before the source is asked again: seconds, 1 or more. */
  readonly refreshEvery?: Seconds
  /** Whether `ready()` rejects while there are no keys, so that the app does not start. Otherwise it starts, and its writes fail. */
  readonly required?: boolean
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
    now = systemClock,
    uptime = () => performance.now() / 1000,
    ...others
  } = options
  const resolved = { refreshEvery, required, now, uptime }
  const [other] = Object.keys(others)
  check(other === undefined, `${other} is not an option: there are ${Object.keys(resolved).join(', ')}`)
  check(Number.isFinite(refreshEvery) && refreshEvery >= 1, 'refreshEvery must be a number of seconds, 1 or more')
  check(typeof required === 'boolean', 'required must be a boolean')
  check(typeof now === 'function' && typeof uptime === 'function', 'now and uptime must be functions')
  return resolved
}
