import { SessionError } from '../base/errors.ts'
import type { Clock } from '../base/time.ts'
import type { Keyring } from '../seal/keyring.ts'
import type { Purpose } from '../seal/purpose.ts'
import type { Emitter, UnavailablePolicy } from './events.ts'
import type { Lifetimes } from './lifetime.ts'

/** What stands behind a port is told this by the sessions that it serves. */
export interface PortContext {
  readonly keyring: () => Promise<Keyring>
  readonly purpose: Purpose
  readonly lifetimes: Lifetimes
  readonly onUnavailable: UnavailablePolicy
  readonly emitter: Emitter
  readonly now: Clock
}

/** Refuses a port without its methods, where TypeScript did not. Throws `ERR_OPTIONS_INVALID`. */
export function checkPort<Port extends object>(
  port: Port | undefined,
  methods: readonly (keyof Port & string)[],
): void {
  if (methods.every((name) => typeof port?.[name] === 'function')) return
  throw new SessionError('ERR_OPTIONS_INVALID', `The port must have the functions ${methods.join(', ')}.`)
}
