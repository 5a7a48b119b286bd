import { SessionError } from '../base/errors.ts'
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
  const name = options.name ?? defaultName(secure, domain, path)
  check(
    TOKEN.test(name) && name.length <= 128,
    `cookie.name must be 1 to 128 letters, digits or any of !#$%&'*+-.^_\`|~`,
  )
  check(['strict', 'lax', 'none'].includes(sameSite), 'cookie.sameSite must be "strict", "lax" or "none"')
  check(domain === undefined || HOST.test(domain), 'cookie.domain must be a host name such as example.com')
  check(
    /^\/[\x21-\x3a\x3c-\x7e]*$/u.test(path),
    'cookie.path must begin with "/" and hold no space, ";" or control character',
  )
  check(
    Number.isInteger(maxChunks) && maxChunks >= 1 && maxChunks <= CHUNKS_LIMIT,
    `cookie.maxChunks must be 1 to ${CHUNKS_LIMIT}`,
  )
  check(secure || sameSite !== 'none', 'cookie.sameSite "none" needs cookie.secure: browsers drop the cookie otherwise')
  check(secure || !partitioned, 'cookie.partitioned needs cookie.secure: browsers drop the cookie otherwise')
  checkPrefix(name.toLowerCase(), secure, domain, path)
  return Object.freeze({ name, secure, sameSite, domain, path, partitioned, maxChunks })
}

/** Makes the function that writes cookies with these attributes. The part that never changes is put together once. */
export function createSetCookie(
  attributes: CookieAttributes,
): (name: string, value: string, maxAge: Seconds | undefined) => SetCookie {
  const suffix = attributesText(attributes)
  return (name, value, maxAge) => ({
    name,
    value,
    maxAge,
    attributes,
    text: `${name}=${value}${maxAge === undefined ? '' : ageText(maxAge)}${suffix}`,
  })
}

// RFC 9110 §5.6.2 "token", which RFC 6265 takes for names.
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/u

// Letters are listed: with the flags "i" and "u" together, [a-z] takes the Kelvin sign and the long s too.
const HOST = /^[A-Za-z\d](?:[A-Za-z\d.-]*[A-Za-z\d])?$/u

function defaultName(secure: boolean, domain: string | undefined, path: string): string {
  if (!secure) return 'session'
  return domain === undefined && path === '/' ? '__Host-Http-session' : '__Secure-session'
}

/** Browsers match prefixes without regard to case (RFC 6265bis §5.7), and drop a cookie that breaks their rules. */
function checkPrefix(name: string, secure: boolean, domain: string | undefined, path: string): void {
  if (name.startsWith('__host-')) {
    check(
      secure && domain === undefined && path === '/',
      'a cookie.name with the prefix __Host- needs secure: true, path "/" and no domain',
    )
  }
  if (name.startsWith('__secure-') || name.startsWith('__http-')) {
    check(secure, 'a cookie.name with the prefix __Secure- or __Http- needs secure: true')
  }
  check(
    domain === undefined || !secure || name.startsWith('__secure-'),
    'a cookie with a domain needs a name that begins with __Secure-, so that plain http cannot plant it',
  )
}

function attributesText({ domain, path, secure, sameSite, partitioned }: CookieAttributes): string {
  const site = { strict: 'Strict', lax: 'Lax', none: 'None' }[sameSite]
  return [
    domain === undefined ? '' : `; Domain=${domain}`,
    `; Path=${path}`,
    secure ? '; Secure' : '',
    '; HttpOnly',
    `; SameSite=${site}`,
    partitioned ? '; Partitioned' : '',
  ].join('')
}

function ageText(maxAge: Seconds): string {
  // Expires as well when deleting: some clients that are not browsers know no Max-Age.
  return maxAge === 0 ? '; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT' : `; Max-Age=${maxAge}`
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new SessionError('ERR_OPTIONS_INVALID', `${message}.`)
}
