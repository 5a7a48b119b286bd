import { check } from '../base/check.ts'
import type { Seconds } from '../base/time.ts'

/** When a browser sends the cookie with requests that other sites start (RFC 6265bis §5.6.7). */
export type SameSite = 'strict' | 'lax' | 'none'

/** How the session's cookie is named and where browsers send it. Every field has a safe default. */
export interface CookieOptions {
  /** Default `__Host-Http-session`; `session` with `secure: false`; `__Secure-session` with a `domain` or a `path`. */
  readonly name?: string
  /** Default true. False only for development on plain http. */
  readonly secure?: boolean
  /** Default `lax`. */
  readonly sameSite?: SameSite
  /** Sends the cookie to every subdomain of this domain too. Default: to this host only. */
  readonly domain?: string
  /** Sends the cookie only below this path. Default `/`. */
  readonly path?: string
  /** Keeps a separate cookie for each site that embeds this one (CHIPS). Default false. */
  readonly partitioned?: boolean
  /** How many cookies a large session may be split over, 1 to 9. Default 2. */
  readonly maxChunks?: number
}

/** The cookie options, checked and complete. */
export interface CookieAttributes {
  readonly name: string
  readonly secure: boolean
  readonly sameSite: SameSite
  readonly domain: string | undefined
  readonly path: string
  readonly partitioned: boolean
  readonly maxChunks: number
}

/** One cookie for a response: as header text, and in parts for frameworks that write cookies themselves. */
export interface SetCookie {
  readonly name: string
  /** Needs no encoding: only characters that RFC 6265 allows in a value. */
  readonly value: string
  /** In seconds; 0 deletes the cookie; `undefined` keeps it until the browser is closed. */
  readonly maxAge: Seconds | undefined
  readonly attributes: CookieAttributes
  /** The value of one Set-Cookie header. */
  readonly text: string
}

/** spec/token.md "Cookies": the largest count that one digit can say. */
export const CHUNKS_LIMIT = 9

/** The options with their defaults. Throws `ERR_OPTIONS_INVALID` for what a browser would refuse or weaken silently. */
export function resolveAttributes(options: CookieOptions = {}): CookieAttributes {
  const { secure = true, sameSite = 'lax', domain, path = '/', partitioned = false, maxChunks = 2 } = options
  const isHostOnly = domain === undefined && path === '/'
  const name = options.name ?? (secure ? (isHostOnly ? '__Host-Http-session' : '__Secure-session') : 'session')
  check(TOKEN.test(name) && name.length <= 128, 'cookie.name must be 1 to 128 letters, digits, "-", "_" or "."')
  check(domain === undefined || HOST.test(domain), 'cookie.domain must be a host name')
  check(PATH.test(path), 'cookie.path must begin with "/" and hold no space or ";"')
  check(
    Number.isInteger(maxChunks) && maxChunks >= 1 && maxChunks <= CHUNKS_LIMIT,
    `cookie.maxChunks must be 1 to ${CHUNKS_LIMIT}`,
  )
  check(
    secure || (sameSite !== 'none' && !partitioned),
    'cookie.sameSite none and cookie.partitioned need cookie.secure',
  )
  // Browsers match prefixes without regard to case (RFC 6265bis §5.7), and drop a cookie that breaks their rules.
  const [, prefix] = /^__(host|secure|http)-/u.exec(name.toLowerCase()) ?? []
  check(prefix === undefined || secure, 'cookie.name with __Host-, __Secure- or __Http- needs cookie.secure')
  check(prefix !== 'host' || isHostOnly, 'cookie.name with __Host- needs cookie.path "/" and no cookie.domain')
  // Or plain http could plant it.
  check(domain === undefined || !secure || prefix === 'secure', 'cookie.domain needs a cookie.name with __Secure-')
  return Object.freeze({ name, secure, sameSite, domain, path, partitioned, maxChunks })
}

/** Makes the function that writes cookies with these attributes. The part that never changes is put together once. */
export function createSetCookie(
  attributes: CookieAttributes,
): (name: string, value: string, maxAge: Seconds | undefined) => SetCookie {
  const { domain, path, secure, sameSite, partitioned } = attributes
  const suffix =
    (domain === undefined ? '' : `; Domain=${domain}`) +
    `; Path=${path}${secure ? '; Secure' : ''}; HttpOnly; SameSite=${SITES[sameSite]}${partitioned ? '; Partitioned' : ''}`
  return (name, value, maxAge) => ({
    name,
    value,
    maxAge,
    attributes,
    text: `${name}=${value}${maxAge === undefined ? '' : `; Max-Age=${maxAge}`}${maxAge === 0 ? LONG_AGO : ''}${suffix}`,
  })
}

const SITES = { strict: 'Strict', lax: 'Lax', none: 'None' } as const

// Some clients that are not browsers know no Max-Age.
const LONG_AGO = '; Expires=Thu, 01 Jan 1970 00:00:00 GMT'

// RFC 9110 §5.6.2 "token", which RFC 6265 takes for names.
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/u

// Letters are listed: with the flags "i" and "u" together, [a-z] takes the Kelvin sign and the long s too.
const HOST = /^[A-Za-z\d](?:[A-Za-z\d.-]*[A-Za-z\d])?$/u

const PATH = /^\/[\x21-\x3a\x3c-\x7e]*$/u
