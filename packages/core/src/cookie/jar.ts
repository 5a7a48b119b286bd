import type { SetCookie } from './attributes.ts'

/** The request headers that sessions ask for. */
export type RequestHeader = 'cookie' | 'host' | 'sec-purpose'

/** One request and its response, as an adapter shows them to the core. Asked only when needed. */
export interface CookieJar {
  /** A request header's value, `undefined` without one. Several Cookie headers (HTTP/2) come joined with "; ". */
  get(header: RequestHeader): string | undefined
  /** Adds one cookie to the response, beside those that others have set. */
  set(cookie: SetCookie): void
  /** Replaces a response header by what `change` makes of its present value; `undefined` leaves it as it is. */
  revise(header: string, change: (current: string | undefined) => string | undefined): void
  /** Whether the visitor's connection is encrypted, a trusted proxy's word included. Left out where it cannot be known. */
  readonly secure?: boolean
}
