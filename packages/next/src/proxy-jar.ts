import { SessionError, type SetCookie } from '@encrypted-session/core'
import { ResponseJar } from '@encrypted-session/core/fetch'
import { type NextRequest, NextResponse } from 'next/server.js'
import { WrittenCookies } from './written-cookies.ts'

/** The jar of these sessions in a request, from now on found with {@link proxyJarOf}. */
export function createProxyJar(sessions: object, request: NextRequest): ProxyJar {
  const jar = new ProxyJar(request)
  const jarsOfRequest = jars.get(request) ?? new WeakMap<object, ProxyJar>()
  jars.set(request, jarsOfRequest.set(sessions, jar))
  return jar
}

/** The jar that `sessionProxy` has made of this request for these sessions. */
export function proxyJarOf(sessions: object, request: NextRequest): ProxyJar | undefined {
  return jars.get(request)?.get(sessions)
}

// By both: a proxy inside another has sessions of its own.
const jars = new WeakMap<NextRequest, WeakMap<object, ProxyJar>>()

const OVERRIDDEN = 'x-middleware-override-headers'
const COOKIE = 'x-middleware-request-cookie'

/** Shows the proxy's request to the core, and gives what is written both back to the browser and on to the page. */
export class ProxyJar extends ResponseJar {
  /** The cookies of the session that go out. */
  readonly written: WrittenCookies = new WrittenCookies()
  readonly #request: NextRequest
  readonly #received: Headers
  #isLookedAt = false
  #isAnswered = false

  constructor(request: NextRequest) {
    super(request)
    this.#request = request
    this.#received = new Headers(request.headers)
  }

  /**
   * Whether no cookie may go out: Next answers these paths itself, for everybody. Its image optimizer puts `public` in the
   * place of what a proxy says to caches, and leaves the proxy's cookie in the response.
   */
  get isReadOnly(): boolean {
    // Without the base path, which `nextUrl` keeps aside.
    return this.#request.nextUrl.pathname.startsWith('/_next/')
  }

  /** Whether the response has gone to Next. */
  get isAnswered(): boolean {
    return this.#isAnswered
  }

  override set(cookie: SetCookie): void {
    if (this.#isAnswered) {
      throw new SessionError(
        'ERR_SESSION_COMMITTED',
        'The proxy has answered: nothing can be written any more. Await updateSession before you answer.',
      )
    }
    super.set(cookie)
    this.written.add(cookie)
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
    if (this.written.isEmpty) return
    const { cookies, headers } = this.#request
    const header = this.written.carriedBy(headers.get('cookie') ?? '')
    for (const { name, value, maxAge } of this.written.all) {
      if (maxAge === 0) cookies.delete(name)
      else cookies.set(name, value)
    }
    // Last: Next's own setters write every cookie anew, in an encoding that need not be the app's.
    headers.set('cookie', header)
  }

  /** The response with what is to be said of the session; the very response where that is nothing. Ends the jar. */
  answer(response: Response): Response {
    this.#isAnswered = true
    if (!this.written.isEmpty) return this.apply(this.#passingOn(response))
    return this.#isLookedAt ? this.apply(response) : response
  }

  /** The response, which hands the new cookies, and nothing else that is new, to the page where it hands the request on. */
  #passingOn(response: Response): Response {
    if (!response.headers.has('x-middleware-next') && !response.headers.has('x-middleware-rewrite')) return response
    const copy = new Response(response.body, response)
    const { headers } = copy
    // As they came: what a handler does to the request reaches the page only when it says so, and so on every day.
    if (!headers.has(OVERRIDDEN)) copyOverrides(this.#received, headers)
    // A handler that has chosen the page's headers may have taken the cookie from the request before it was changed.
    headers.set(COOKIE, this.written.carriedBy(headers.get(COOKIE) ?? ''))
    const names = headers.get(OVERRIDDEN)?.split(',') ?? []
    headers.set(OVERRIDDEN, [...new Set([...names.filter((name) => name !== ''), 'cookie'])].join(','))
    return copy
  }
}

/** Says to Next that the page is to see these headers. */
function copyOverrides(headers: Headers, to: Headers): void {
  for (const [name, value] of NextResponse.next({ request: { headers } }).headers) {
    if (name !== 'x-middleware-next') to.set(name, value)
  }
}
