import { foreignOrigin } from './refusal.ts'

/**
 * Throws a refusal (403) for what another site's page posts; call it before the session is opened. `SameSite=Lax` keeps most of
 * that away; sibling subdomains are the same site.
 */
export function refuseForeignOrigin({ method, origin, host }: RequestOrigin): void {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
  if (isForeignOrigin(origin, host)) throw foreignOrigin()
}

/** What of a request says who started it. */
export interface RequestOrigin {
  readonly method: string
  readonly origin: string | null | undefined
  /** The Host header, or `:authority` of HTTP/2. */
  readonly host: string | null | undefined
}

/**
 * Whether a request was started by a page of another site. Browsers send `Origin` with every POST; programs need not. `null`
 * as a text is what sandboxed frames and privacy-minded redirects send: it proves nothing, so it counts as foreign.
 */
export function isForeignOrigin(origin: string | null | undefined, host: string | null | undefined): boolean {
  if (origin === undefined || origin === null) return false
  const url = URL.parse(origin)
  // The scheme is left out: behind a proxy that ends TLS, a server does not know its own.
  return url === null || url.host !== URL.parse(`${url.protocol}//${host}`)?.host
}
