import type { RejectionReason } from '../base/rejection.ts'
import { days, hours, minutes, type Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import { check } from '../base/check.ts'

/** How long a session lives, in seconds. Both limits are enforced by the server from the sealed claims, whatever the browser does. */
export interface LifetimeOptions {
  /** From creation, or from the last authentication. Default 7 days. */
  readonly absolute?: Seconds
  /** From the last seal; `off` for none. Default 24 hours, or `absolute` where that is shorter. */
  readonly idle?: Seconds | 'off'
  /** How old a seal must be before a request renews it. Under half of `idle`. Default a tenth of `idle`. */
  readonly extendAfter?: Seconds
}

/** The lifetime of all sessions. The presets `aal1`, `aal2` and `aal3` fit here. */
export interface LifetimesOptions extends LifetimeOptions {
  /** Limits of sessions with `session.persistent`. Default: the same as for others; with an `absolute` of its own, the same for `idle`. */
  readonly persistent?: LifetimeOptions
  /** Refuses every session that began before this moment, in seconds since 1970: the way to end all sessions without a store. */
  readonly notBefore?: Seconds
}

/** The limits of one kind of session, checked and complete. */
export interface Lifetime {
  readonly absolute: Seconds
  /** Infinite for none. */
  readonly idle: Seconds
  readonly extendAfter: Seconds
}

/** The limits of both kinds. */
export interface Lifetimes {
  readonly transient: Lifetime
  readonly persistent: Lifetime
  readonly notBefore: Seconds
}

/** NIST SP 800-63B-4 §2.1.3: at most 30 days. */
export const aal1: LifetimeOptions = Object.freeze({ absolute: days(30), idle: 'off' })
/** NIST SP 800-63B-4 §2.2.3: at most 24 hours, idle at most 1 hour. */
export const aal2: LifetimeOptions = Object.freeze({ absolute: hours(24), idle: hours(1) })
/** NIST SP 800-63B-4 §2.3.3: at most 12 hours, idle at most 15 minutes. */
export const aal3: LifetimeOptions = Object.freeze({ absolute: hours(12), idle: minutes(15) })

// Two servers a minute apart, and a cut-off that lies a minute ahead of one of them: spec/session.md "Time".
export const SKEW: Seconds = 121
// No session is meant to last longer, but milliseconds taken for seconds do.
const LONGEST: Seconds = days(3650)
// RFC 6265bis §5.6: browsers keep no cookie longer.
const MAX_AGE: Seconds = days(400)

/** The options with their defaults. Throws `ERR_OPTIONS_INVALID`. */
export function resolveLifetimes(
  { notBefore = 0, persistent: own = {}, ...all }: LifetimesOptions = {},
  now: Seconds = Infinity,
): Lifetimes {
  // Milliseconds lie ahead, and no session could begin.
  checkSeconds('lifetime.notBefore', notBefore, 0, now)
  // Who says how long "remember me" lasts means it of a browser that stays away, too.
  const inherited = own.absolute === undefined ? all : { idle: own.absolute }
  return {
    transient: resolveLifetime(all, 'lifetime'),
    persistent: resolveLifetime({ ...inherited, ...own }, 'lifetime.persistent'),
    notBefore,
  }
}

/** Why a session is over, or not yet begun; `undefined` when it is alive. */
export function endedReason(claims: Claims, now: Seconds, lifetimes: Lifetimes): RejectionReason | undefined {
  const { absolute, idle } = lifetimeOf(claims, lifetimes)
  if (claims.createdAt - now > SKEW || claims.sealedAt - now > SKEW) return 'not-yet-valid'
  if (claims.createdAt < lifetimes.notBefore) return 'revoked'
  if (now >= claims.createdAt + absolute) return 'expired'
  return now >= claims.sealedAt + idle ? 'idle' : undefined
}

/** When a session ends if it is not used again. */
export function expiresAt(
  claims: Pick<Claims, 'createdAt' | 'sealedAt' | 'persistent'>,
  lifetimes: Lifetimes,
): Seconds {
  const { absolute, idle } = lifetimeOf(claims, lifetimes)
  return Math.min(claims.createdAt + absolute, claims.sealedAt + idle)
}

/** The cookie's Max-Age: a hint to the browser, never the check. `undefined` for a cookie that goes when the browser closes. */
export function maxAgeOf(claims: Claims, now: Seconds, lifetimes: Lifetimes): Seconds | undefined {
  if (!claims.persistent) return undefined
  return Math.max(1, Math.min(expiresAt(claims, lifetimes) - now, MAX_AGE))
}

/** The limits that a session is under. */
export function lifetimeOf({ persistent }: Pick<Claims, 'persistent'>, lifetimes: Lifetimes): Lifetime {
  return persistent ? lifetimes.persistent : lifetimes.transient
}

function resolveLifetime(options: LifetimeOptions, name: string): Lifetime {
  const { absolute = days(7), idle = Math.min(hours(24), absolute) } = options
  checkSeconds(`${name}.absolute`, absolute, 1, LONGEST)
  if (idle === 'off') {
    checkSeconds(`${name}.extendAfter`, options.extendAfter ?? 0, 0, LONGEST)
    return { absolute, idle: Infinity, extendAfter: Infinity }
  }
  const { extendAfter = Math.floor(idle / 10) } = options
  // Longer than absolute it would mean nothing.
  checkSeconds(`${name}.idle, unless "off",`, idle, 1, absolute)
  // From half of idle on, sessions in use would end.
  checkSeconds(`${name}.extendAfter`, extendAfter, 0, Math.ceil(idle / 2) - 1)
  return { absolute, idle, extendAfter }
}

function checkSeconds(path: string, value: Seconds, least: Seconds, most: Seconds): void {
  check(
    Number.isSafeInteger(value) && value >= least && value <= most,
    `${path} must be whole seconds from ${least} to ${most}`,
  )
}
