import type { SetCookie } from '@encrypted-session/core'
import { ResponseJar } from '@encrypted-session/core/fetch'
import { type NextRequest, NextResponse } from 'next/server.js'
import { carriedCookies } from './carried-cookies.ts'

/** The jar of a request, from now on found with {@link proxyJarOf}. */
export function createProxyJar(request: NextRequest): ProxyJar {
  const jar = new ProxyJar(request)
  jars.set(request, jar)
  return jar
}

/** The jar that `sessionProxy` has made of this request. */
export function proxyJarOf(request: NextRequest): ProxyJar | undefined {
  return jars.get(request)
}

const jars = new WeakMap<NextRequest, ProxyJar>()

/** Shows the proxy's request to the core, and gives what is written both back to the browser and on to the page. */
export class ProxyJar extends ResponseJar {
  readonly #request: NextRequest
  readonly #written: SetCookie[] = []
  #isLookedAt = false

  constructor(request: NextRequest) {
    super(request)
    this.#request = request
  }

  override set(cookie: SetCookie): void {
    super.set(cookie)
    this.#written.push(cookie)
  }

  /** What the page says to caches is added after us, where we have said nothing: so everything is said, to every cache. */
  override revise(header: string, change: (current: string | undefined) => string | undefined): void {
    super.revise(header, (current) => change(current ?? ''))
  }

  /** Says that the response depends on the session. */
  look(): void {
    this.#isLookedAt = true
  }

  /** Gives the request the cookies that the browser will only have after it: what the old one says is outdated. */
  carry(): void {
    if (this.#written.length === 0) return
    const { cookies, headers } = this.#request
    const header = carriedCookies(headers.get('cookie') ?? '', this.#written)
    for (const { name, value, maxAge } of this.#written) {
      if (maxAge === 0) cookies.delete(name)
      else cookies.set(name, value)
    }
    // Last: Next's own setters write every cookie anew, in an encoding that need not be the app's.
    headers.set('cookie', header)
  }

  /** The response with what is to be said of the session; the very response where that is nothing. */
  answer(response: Response): Response {
    if (this.#written.length > 0) return this.apply(this.#passingOn(response))
    return this.#isLookedAt ? this.apply(response) : response
  }

  /** The response, which hands the new cookies to the page where it hands the request on. */
  #passingOn(response: Response): Response {
    const { headers } = response
    const isPassedOn = headers.has('x-middleware-next') || headers.has('x-middleware-rewrite')
    // A handler that has chosen the page's request headers took them from this request.
    if (!isPassedOn || headers.has('x-middleware-override-headers')) return response
    const copy = new Response(response.body, response)
    for (const [name, value] of NextResponse.next({ request: this.#request }).headers) {
      if (name !== 'x-middleware-next') copy.headers.set(name, value)
    }
    return copy
  }
}
