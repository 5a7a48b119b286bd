import type { CookieJar } from './jar.ts'

// Headers that speak to one cache in the way of Cache-Control, and for that cache overrule it (RFC 9213).
const TARGETED = [
  'cdn-cache-control',
  'surrogate-control',
  'vercel-cdn-cache-control',
  'cloudflare-cdn-cache-control',
] as const

/** Every header that speaks to caches. */
export const CACHE_HEADERS: readonly string[] = ['cache-control', ...TARGETED]

const PRIVATE = 'private, no-store'

/** Says that the response depends on the cookie (CVE-2023-30861: some reads did not). Keeps what `Vary` holds. */
export function varyByCookie(jar: CookieJar): void {
  jar.revise('vary', (current) => {
    if (!current?.trim()) return 'Cookie'
    return /(?:^|,)\s*(?:cookie|\*)\s*(?:,|$)/iu.test(current) ? undefined : `${current}, Cookie`
  })
}

/** Keeps every cache from storing the response, whatever the app has said: a stored Set-Cookie hands one visitor's session to the next. */
export function forbidStoring(jar: CookieJar): void {
  jar.revise('cache-control', () => PRIVATE)
  for (const header of TARGETED) jar.revise(header, (current) => (current === undefined ? undefined : PRIVATE))
}
