import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { type BrowserCookies, type BrowserCookiesOptions, createBrowserCookies } from './browser-cookies.ts'

/** How the client behaves. */
export interface ClientOptions extends BrowserCookiesOptions {
  /** Sent with every request; a request's own headers come on top. */
  readonly headers?: Readonly<Record<string, string>>
  /** After how many milliseconds a request without an answer fails. Default 10,000. */
  readonly timeoutMs?: number
}

/** One request. */
export interface ClientRequest {
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, `URLSearchParams` as a form, text as it is. */
  readonly body?: object | string
  /** Sent instead of the kept cookies, byte for byte (UTF-8). Several texts are several Cookie headers; `null` sends none. */
  readonly cookie?: string | readonly string[] | null
  /** `follow` goes after redirects within this origin, ten at most. Default `manual`. */
  readonly redirect?: 'follow' | 'manual'
}

/** What came back. */
export interface ClientResponse {
  readonly status: number
  readonly headers: Headers
  /** The values of the Set-Cookie headers, one by one, as they came. */
  readonly setCookies: readonly string[]
  /** Those that a browser would not have kept, and why. */
  readonly refused: readonly { readonly line: string; readonly reason: string }[]
  readonly text: string
  /** The body, parsed. Throws a `SyntaxError` when it is not JSON. The type is the caller's word. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- shorter in a test than `as` around every call
  json<T = unknown>(): T
}

/** A browser without a window: keeps cookies, runs no script. */
export interface SessionClient {
  get(path: string, request?: ClientRequest): Promise<ClientResponse>
  post(path: string, body?: object | string, request?: ClientRequest): Promise<ClientResponse>
  request(method: string, path: string, request?: ClientRequest): Promise<ClientResponse>
  /** What is kept between requests. */
  readonly cookies: BrowserCookies
  /** The Cookie header that a request to `/` would carry now; the empty text for none. */
  readonly cookieHeader: string
}

const REDIRECTS = 10
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * A client that keeps cookies as a browser does and leaves the Cookie header in the test's hands.
 *
 * @example
 * ```ts
 * const client = createClient('http://127.0.0.1:3000')
 * await client.post('/api/login', { name: 'Ada' })
 * const answer = (await client.get('/api/session')).json()
 * ```
 */
export function createClient(baseUrl: string, options: ClientOptions = {}): SessionClient {
  const base = new URL(baseUrl)
  const cookies = createBrowserCookies(options)

  const send = async (method: string, url: URL, request: ClientRequest): Promise<ClientResponse> => {
    const kept = cookies.headerFor(url)
    const lines = request.cookie === undefined ? kept : request.cookie
    const headers = { ...options.headers, ...request.headers }
    const { response, text } = await exchange(method, url, {
      headers,
      lines: linesOf(lines),
      body: request.body,
      timeoutMs: options.timeoutMs ?? 10_000,
    })
    const setCookies = response.headers['set-cookie'] ?? []
    return {
      status: response.statusCode ?? 0,
      headers: headersOf(response),
      setCookies,
      refused: cookies.store(url, setCookies),
      text,
      // The caller names the type, as with `Response.json()`.
      // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as declared above
      json: <T>() => JSON.parse(text) as T,
    }
  }

  const request = async (method: string, path: string, options_: ClientRequest = {}): Promise<ClientResponse> => {
    let url = new URL(path, base)
    let response = await send(method, url, options_)
    if (options_.redirect !== 'follow') return response
    let follow = { ...options_ }
    let verb = method
    for (let count = 0; count < REDIRECTS && REDIRECT_STATUSES.has(response.status); count++) {
      url = new URL(response.headers.get('location') ?? '', url)
      if (url.origin !== base.origin) return response
      // Fetch §4.4: 303, and 301 and 302 after POST, go on with GET and without the body.
      if (response.status === 303 || (response.status < 303 && verb === 'POST')) {
        verb = 'GET'
        follow = withoutBody(follow)
      }
      response = await send(verb, url, follow)
    }
    return response
  }

  return {
    request,
    get: (path, options_) => request('GET', path, options_),
    post: (path, body, options_) => request('POST', path, { ...options_, ...(body !== undefined && { body }) }),
    cookies,
    get cookieHeader() {
      return cookies.headerFor(base) ?? ''
    },
  }
}

interface Exchange {
  readonly headers: Readonly<Record<string, string>>
  readonly lines: readonly string[]
  readonly body: object | string | undefined
  readonly timeoutMs: number
}

/** One request on a connection of its own, and its whole answer. */
function exchange(
  method: string,
  url: URL,
  { headers, lines, body, timeoutMs }: Exchange,
): Promise<{ response: IncomingMessage; text: string }> {
  const content = contentOf(body)
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const pairs: string[] = Object.entries(headers).flat()
  if (!names.has('host')) pairs.push('host', url.host)
  pairs.push('connection', 'close')
  // Node sends text as latin1: these characters are the bytes of the UTF-8 form.
  for (const line of lines) pairs.push('cookie', Buffer.from(line).toString('latin1'))
  if (content !== undefined) {
    if (!names.has('content-type')) pairs.push('content-type', content.type)
    pairs.push('content-length', String(Buffer.byteLength(content.text)))
  } else if (method !== 'GET' && method !== 'HEAD') {
    pairs.push('content-length', '0')
  }
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? requestHttps : requestHttp
    const outgoing = open(url, { method, headers: pairs, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ response, text: Buffer.concat(chunks).toString() })
      })
    })
    outgoing.setTimeout(timeoutMs, () =>
      outgoing.destroy(new Error(`${method} ${url.pathname} was not answered within ${timeoutMs} ms`)),
    )
    outgoing.on('error', reject)
    outgoing.end(content?.text)
  })
}

function contentOf(body: object | string | undefined): { type: string; text: string } | undefined {
  if (body === undefined) return undefined
  if (typeof body === 'string') return { type: 'text/plain; charset=utf-8', text: body }
  if (body instanceof URLSearchParams) return { type: 'application/x-www-form-urlencoded', text: body.toString() }
  return { type: 'application/json', text: JSON.stringify(body) }
}

function withoutBody({ headers, cookie, redirect }: ClientRequest): ClientRequest {
  return { ...(headers && { headers }), ...(cookie !== undefined && { cookie }), ...(redirect && { redirect }) }
}

function linesOf(lines: string | readonly string[] | null | undefined): readonly string[] {
  if (lines === null || lines === undefined) return []
  return typeof lines === 'string' ? [lines] : lines
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  return headers
}
