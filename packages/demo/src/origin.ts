/**
 * Whether a request was started by a page of another site. Browsers send `Origin` with every POST; programs need not. `null`
 * is what sandboxed frames and privacy-minded redirects send: it proves nothing, so it counts as foreign.
 */
export function isForeignOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return false
  const url = URL.parse(origin)
  // The scheme is left out: behind a proxy that ends TLS, a server does not know its own.
  return url === null || url.host !== URL.parse(`${url.protocol}//${host}`)?.host
}
