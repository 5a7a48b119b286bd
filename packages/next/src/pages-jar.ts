import type { IncomingMessage, ServerResponse } from 'node:http'
import { type RequestHeader, SessionError, type SetCookie } from '@encrypted-session/core'
import { NodeJar } from '@encrypted-session/core/node'
import { WrittenCookies } from './written-cookies.ts'

/** Shows the request and response of the Pages Router to the core. After a write it shows the request as the next one will be. */
export class PagesJar extends NodeJar {
  readonly #response: ServerResponse
  readonly #written = new WrittenCookies()

  constructor(request: IncomingMessage, response: ServerResponse) {
    const own = behind(response)
    super(request, own)
    this.#response = own
  }

  /** Whether the response has begun, and takes no cookie any more. */
  get isLate(): boolean {
    return this.#response.headersSent
  }

  override get(header: RequestHeader): string | undefined {
    const value = super.get(header)
    return header === 'cookie' ? this.#written.carriedBy(value ?? '') : value
  }

  override set(cookie: SetCookie): void {
    // Said by us: Next's `setHeader` does nothing then, and says nothing.
    if (this.isLate) {
      throw new SessionError(
        'ERR_SESSION_COMMITTED',
        'The response has begun: no cookie can be written any more. Call updateSession before res.write(), res.json() and the like.',
      )
    }
    super.set(cookie)
    this.#written.add(cookie)
  }

  /** Where the proxy has set the cookie of this name: what it has told caches holds, whatever the page tells them. */
  keepFromCaches(name: string): void {
    const cookies = [this.#response.getHeader('set-cookie') ?? []].flat()
    if (!cookies.some((text) => String(text).startsWith(`${name}=`))) return
    // The proxy speaks to every kind of cache: all of these are there.
    const headers = this.#response.getHeaderNames().filter((header) => /(^|-)cache-control$|^surrogate-/u.test(header))
    for (const header of headers) this.revise(header, () => 'private, no-store')
  }
}

/**
 * The response itself. `next dev` gives `getServerSideProps` a Proxy of it, which complains of whoever touches it later, as
 * we do when the head goes out. What its methods return for chaining is the response behind it.
 */
function behind(response: ServerResponse): ServerResponse {
  return response.off('finish', () => {})
}
