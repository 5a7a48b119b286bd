import type { CookieJar, RequestHeader, SetCookie } from '@encrypted-session/core'
import { cookieHeader, type CookieStore, setCookie } from './cookie-store.ts'

/** Shows Next's cookies and headers of the running request to the core. */
export class StoreJar implements CookieJar {
  readonly #store: CookieStore
  readonly #headers: Pick<Headers, 'get'>

  constructor(store: CookieStore, headers: Pick<Headers, 'get'>) {
    this.#store = store
    this.#headers = headers
  }

  /** Next sets the header where no proxy has. */
  get secure(): boolean {
    return this.#headers.get('x-forwarded-proto') === 'https'
  }

  get(header: RequestHeader): string | undefined {
    return header === 'cookie' ? cookieHeader(this.#store) : (this.#headers.get(header) ?? undefined)
  }

  set(cookie: SetCookie): void {
    setCookie(this.#store, cookie)
  }

  /** There is no response to revise. Next itself keeps what an action answers from every cache. */
  revise(): void {}
}
