import type { SetCookie } from '../cookie/attributes.ts'
import type { CookieJar, RequestHeader } from '../cookie/jar.ts'

type Revision = readonly [header: string, change: (current: string | undefined) => string | undefined]

/** Shows a `Request` to the core, and keeps what the session writes until there is a `Response` to add it to. */
export class ResponseJar implements CookieJar {
  readonly #request: Request
  #setCookies: readonly string[] = []
  readonly #revisions: Revision[] = []

  constructor(request: Request) {
    this.#request = request
  }

  /** Behind a proxy that ends TLS, the header that it sends is believed: the answer decides about an event only. */
  get secure(): boolean {
    return this.#request.url.startsWith('https:') || this.#request.headers.get('x-forwarded-proto') === 'https'
  }

  get(header: RequestHeader): string | undefined {
    // workerd joins several Cookie headers with a comma. It is not read as a separator: browsers accept commas in values, and a
    // sibling domain could put a cookie of our name, prefix and all, into the value of one of its own.
    const value = this.#request.headers.get(header)
    if (value === null) return header === 'host' ? new URL(this.#request.url).host : undefined
    return value
  }

  set({ name, text }: SetCookie): void {
    // A commit that failed is followed by one that clears: the last word on a cookie is the only one.
    this.#setCookies = [...this.#setCookies.filter((present) => !present.startsWith(`${name}=`)), text]
  }

  revise(...revision: Revision): void {
    this.#revisions.push(revision)
  }

  /**
   * The response with what the session wrote: a copy, since one response may be given to several visitors; the response itself
   * where nothing was written, and where it is `Response.error()`, which carries nothing. Throws what `new Response` throws:
   * for a body that was read already, and for a WebSocket with a cookie on platforms that cannot copy its response.
   */
  apply(response: Response): Response {
    // What opens a WebSocket is stored by no cache, and on most platforms it cannot be copied.
    const matters = this.#setCookies.length > 0 || (this.#revisions.length > 0 && response.status !== 101)
    if (!matters || response.type === 'error') return response
    const copy = copyOf(response)
    for (const text of this.#setCookies) copy.headers.append('set-cookie', text)
    for (const [header, change] of this.#revisions) {
      const value = change(copy.headers.get(header) ?? undefined)
      if (value !== undefined) copy.headers.set(header, value)
    }
    return copy
  }
}

/** The same response with headers that can be changed. The body goes over to the copy. */
function copyOf(response: Response): Response {
  const { headers, status, url } = response
  // What platforms make (redirects, answers to `fetch`, WebSockets) has headers that cannot be changed in a clone either.
  const isMade = headers.has('location') || url !== '' || status === 101
  if (isMade || headers.has('content-type')) return new Response(response.body, response)
  // On Bun a text has its type only as long as nobody asks for its stream: a browser would save the page instead of showing it.
  const copy = response.clone()
  // Nobody reads the original: without this, all that is streamed would be kept for it. How that ends concerns nobody.
  response.body?.cancel().catch(() => undefined)
  return copy
}
