import type { Clock, Seconds } from '@encrypted-session/core'
import { parseSetCookie, type ParsedSetCookie } from './parse-set-cookie.ts'

/** A cookie as a browser keeps it. */
export interface KeptCookie {
  readonly name: string
  readonly value: string
  readonly domain: string
  /** Not for subdomains of `domain`. */
  readonly hostOnly: boolean
  readonly path: string
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: 'strict' | 'lax' | 'none' | undefined
  /** In seconds since 1970; `undefined` until the browser closes. */
  readonly expiresAt: Seconds | undefined
}

/** The cookies that a browser keeps, by the rules of RFC 6265bis §5.6 to §5.8 as far as one host needs them. */
export interface BrowserCookies {
  /** Takes a response's Set-Cookie lines. Answers those that a browser would refuse, with the reason. */
  store(url: URL, lines: readonly string[]): { readonly line: string; readonly reason: string }[]
  /** The Cookie header for a request; `undefined` for none. */
  headerFor(url: URL): string | undefined
  /** What is kept now. */
  list(): readonly KeptCookie[]
  /** Puts a cookie of this host in, as if it had been set with `Path=/`. */
  set(url: URL, name: string, value: string): void
  /** Forgets cookies that end with the browser. */
  closeBrowser(): void
  /** Forgets everything. */
  clear(): void
}

/** How the browser behaves. */
export interface BrowserCookiesOptions {
  /** The browser's clock. Default: the machine's. */
  readonly now?: Clock
  /** A careless browser: cookies outlive their Max-Age and Expires. Deletions still delete. Default false. */
  readonly ignoreMaxAge?: boolean
}

/** RFC 6265bis §5.6: "at most 400 days". */
const MAX_AGE: Seconds = 400 * 86_400

/** An empty browser. */
export function createBrowserCookies(options: BrowserCookiesOptions = {}): BrowserCookies {
  const { now = () => Math.floor(Date.now() / 1000), ignoreMaxAge = false } = options
  // In the order of creation; a cookie that is replaced keeps its place (§5.7).
  const kept = new Map<string, KeptCookie>()

  const isAlive = ({ expiresAt }: KeptCookie): boolean => ignoreMaxAge || expiresAt === undefined || expiresAt > now()
  const keep = (cookie: KeptCookie): void => {
    const key = JSON.stringify([cookie.name, cookie.domain, cookie.hostOnly, cookie.path])
    if (cookie.expiresAt !== undefined && cookie.expiresAt <= now()) kept.delete(key)
    else kept.set(key, cookie)
  }
  return {
    store(url, lines) {
      const refused: { line: string; reason: string }[] = []
      for (const line of lines) {
        const parsed = parseSetCookie(line)
        const reason = typeof parsed === 'string' ? parsed : refusal(parsed, url)
        if (typeof parsed === 'string' || reason !== undefined) refused.push({ line, reason: reason ?? '' })
        else keep(keptCookie(parsed, url, now()))
      }
      return refused
    },
    headerFor(url) {
      const pairs = [...kept.values()]
        .filter((cookie) => isAlive(cookie) && isFor(cookie, url))
        // §5.8.3: longer paths first; the sort is stable, so creation decides among equals.
        .toSorted((a, b) => b.path.length - a.path.length)
        .map(({ name, value }) => (name === '' ? value : `${name}=${value}`))
      return pairs.length === 0 ? undefined : pairs.join('; ')
    },
    list: () => [...kept.values()].filter(isAlive),
    set(url, name, value) {
      keep(keptCookie({ ...NO_ATTRIBUTES, name, value, path: '/' }, url, now()))
    },
    closeBrowser() {
      for (const [key, { expiresAt }] of kept) if (expiresAt === undefined) kept.delete(key)
    },
    clear() {
      kept.clear()
    },
  }
}

const NO_ATTRIBUTES: Omit<ParsedSetCookie, 'name' | 'value'> = {
  domain: undefined,
  path: undefined,
  maxAge: undefined,
  expires: undefined,
  secure: false,
  httpOnly: false,
  sameSite: undefined,
  partitioned: false,
}

/** Why a browser would not keep this cookie of a response from this address. RFC 6265bis §5.7. */
function refusal(
  { name, domain, path, secure, httpOnly, sameSite, partitioned }: ParsedSetCookie,
  url: URL,
): string | undefined {
  const prefix = name.toLowerCase()
  const isHost = prefix.startsWith('__host-')
  const isHttp = prefix.startsWith('__http-') || prefix.startsWith('__host-http-')
  if (domain !== undefined && !domainMatches(url.hostname, domain)) return 'Domain is not the host or above it'
  if (secure && !isTrustworthy(url)) return 'Secure from plain http'
  if (!secure && sameSite === 'none') return 'SameSite=None without Secure'
  if (!secure && partitioned) return 'Partitioned without Secure'
  if (!secure && (isHost || isHttp || prefix.startsWith('__secure-'))) return 'a prefix that needs Secure'
  if (isHost && (domain !== undefined || path !== '/')) return 'the prefix __Host- needs Path=/ and no Domain'
  if (isHttp && !httpOnly) return 'the prefix __Http- needs HttpOnly'
  return undefined
}

function keptCookie(
  { name, value, domain, path, maxAge, expires, secure, httpOnly, sameSite }: ParsedSetCookie,
  url: URL,
  now: Seconds,
): KeptCookie {
  const ends = maxAge === undefined ? expires : maxAge <= 0 ? 0 : now + maxAge
  return {
    name,
    value,
    domain: domain ?? url.hostname,
    hostOnly: domain === undefined,
    path: path ?? defaultPath(url),
    secure,
    httpOnly,
    sameSite,
    expiresAt: ends === undefined ? undefined : Math.min(ends, now + MAX_AGE),
  }
}

function isFor({ domain, hostOnly, path, secure }: KeptCookie, url: URL): boolean {
  const isHost = hostOnly ? url.hostname === domain : domainMatches(url.hostname, domain)
  return isHost && pathMatches(url.pathname, path) && (!secure || isTrustworthy(url))
}

/** §5.1.3; addresses have no subdomains. */
function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$|:/u.test(host))
}

/** §5.1.4. */
function pathMatches(requested: string, path: string): boolean {
  return requested === path || (requested.startsWith(path) && (path.endsWith('/') || requested[path.length] === '/'))
}

/** §5.1.4: up to the last slash of the requested path. */
function defaultPath({ pathname }: URL): string {
  return pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')))
}

/** https, or a host that never leaves the machine: browsers treat both as secure. */
function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(?:localhost|.+\.localhost|127\.[\d.]+|\[::1\])$/u.test(hostname)
}
