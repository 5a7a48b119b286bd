import type { RequestHeader, SetCookie } from '@encrypted-session/core'
import { ResponseJar } from '@encrypted-session/core/fetch'
import { cookieHeader, type CookieStore, setCookie } from './cookie-store.ts'
import { WrittenCookies } from './written-cookies.ts'

/**
 * Shows a Route Handler's request to the core. Cookies go through Next's store: on the response they would be lost with
 * `redirect()`, and a deletion with any other cookie of the app.
 */
export class RouteJar extends ResponseJar {
  /** The cookies of the session that go out. */
  readonly written: WrittenCookies = new WrittenCookies()
  readonly #store: CookieStore

  constructor(request: Request, store: CookieStore) {
    super(request)
    this.#store = store
  }

  override get(header: RequestHeader): string | undefined {
    return header === 'cookie' ? cookieHeader(this.#store) : super.get(header)
  }

  override set(cookie: SetCookie): void {
    setCookie(this.#store, cookie)
    this.written.add(cookie)
  }
}
