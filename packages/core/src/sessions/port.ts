import type { Clock } from '../base/time.ts'
import type { Keyring } from '../seal/keyring.ts'
import type { CookieAttributes } from '../cookie/attributes.ts'
import type { Purpose } from '../seal/purpose.ts'
import type { Emitter, UnavailablePolicy } from './events.ts'
import type { Lifetimes } from './lifetime.ts'
import { check } from '../base/check.ts'

/** Where data goes that does not fit one cookie: into more cookies, or into the store; `always` keeps all data there. */
export type OverflowPolicy = 'chunk' | 'store' | 'always'

/** What stands behind a port is told this by the sessions that it serves. */
export interface PortContext {
  readonly keyring: () => Promise<Keyring>
  readonly purpose: Purpose
  readonly attributes: CookieAttributes
  readonly overflow: OverflowPolicy
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
  check(
    methods.every((name) => typeof port?.[name] === 'function'),
    `The port must have the functions ${methods.join(', ')}`,
  )
}
