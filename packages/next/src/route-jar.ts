import type { RequestHeader, SetCookie } from '@encrypted-session/core'
import { ResponseJar } from '@encrypted-session/core/fetch'
import { cookieHeader, type CookieStore, setCookie } from './cookie-store.ts'

/**
 * Shows a Route Handler's request to the core. Cookies go through Next's store: on the response they would be lost with
 * `redirect()`, and a deletion with any other cookie of the app.
 */
export class RouteJar extends ResponseJar {
  readonly #store: CookieStore
  #wrote = false

  constructor(request: Request, store: CookieStore) {
    super(request)
    this.#store = store
  }

  /** Whether a cookie of the session's goes out. */
  get wrote(): boolean {
    return this.#wrote
  }

  override get(header: RequestHeader): string | undefined {
    return header === 'cookie' ? cookieHeader(this.#store) : super.get(header)
  }

  override set(cookie: SetCookie): void {
    setCookie(this.#store, cookie)
    this.#wrote = true
  }
}
