import type { CookieJar, SetCookie } from '@encrypted-session/core'

/** One request and its response without a server: what a handle of `sessions.attach` reads and writes. */
export interface MemoryJar extends CookieJar {
  /** The cookies that were set, in order. */
  readonly cookies: readonly SetCookie[]
  /** The response's other headers, names in lower case. */
  readonly headers: ReadonlyMap<string, string>
}

/** A jar whose request carries these headers, names in lower case: `createMemoryJar({ cookie: 'session=…' })`. */
export function createMemoryJar(request: Readonly<Record<string, string>> = {}, secure = true): MemoryJar {
  const cookies: SetCookie[] = []
  const headers = new Map<string, string>()
  return {
    cookies,
    headers,
    secure,
    get(header) {
      return request[header]
    },
    set(cookie) {
      cookies.push(cookie)
    },
    revise(header, change) {
      const value = change(headers.get(header))
      if (value !== undefined) headers.set(header, value)
    },
  }
}
