import type { SetCookie } from '../cookie/attributes.ts'
import type { CookieJar, RequestHeader } from '../cookie/jar.ts'

/** Shows a `Request` to the core, and keeps what the session writes until there is a `Response` to add it to. */
export class ResponseJar implements CookieJar {
  readonly #request: Request
  readonly #writes: ((headers: Headers) => void)[] = []

  constructor(request: Request) {
    this.#request = request
  }

  /** Behind a proxy that ends TLS, the header that it sends is believed: the answer decides about an event only. */
  get secure(): boolean {
    return this.#request.url.startsWith('https:') || this.#request.headers.get('x-forwarded-proto') === 'https'
  }

  get(header: RequestHeader): string | undefined {
    const value = this.#request.headers.get(header)
    if (value !== null) return value
    return header === 'host' ? new URL(this.#request.url).host : undefined
  }

  set({ text }: SetCookie): void {
    this.#writes.push((headers) => {
      headers.append('set-cookie', text)
    })
  }

  revise(header: string, change: (current: string | undefined) => string | undefined): void {
    this.#writes.push((headers) => {
      const value = change(headers.get(header) ?? undefined)
      if (value !== undefined) headers.set(header, value)
    })
  }

  /** The response with what the session wrote: a copy, since one response may be given to several visitors; the response itself where nothing was written. */
  apply(response: Response): Response {
    if (this.#writes.length === 0) return response
    const copy = new Response(response.body, response)
    this.writeTo(copy.headers)
    return copy
  }

  /** Adds what the session wrote to headers that belong to this request alone. */
  writeTo(headers: Headers): void {
    for (const write of this.#writes) write(headers)
  }
}
