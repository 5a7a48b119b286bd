import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHeader, SetCookie } from '@encrypted-session/core'
import { NodeJar } from '@encrypted-session/core/node'
import { carriedCookies } from './carried-cookies.ts'

/** Shows the request and response of the Pages Router to the core. After a write it shows the request as the next one will be. */
export class PagesJar extends NodeJar {
  readonly #written: SetCookie[] = []

  constructor(request: IncomingMessage, response: ServerResponse) {
    super(request, behind(response))
  }

  override get(header: RequestHeader): string | undefined {
    const value = super.get(header)
    return header === 'cookie' ? carriedCookies(value ?? '', this.#written) : value
  }

  override set(cookie: SetCookie): void {
    super.set(cookie)
    this.#written.push(cookie)
  }
}

/**
 * The response itself. `next dev` gives `getServerSideProps` a Proxy of it, which complains of whoever touches it later, as
 * we do when the head goes out. What its methods return for chaining is the response behind it.
 */
function behind(response: ServerResponse): ServerResponse {
  return response.off('finish', () => {})
}
