import type { SetCookie } from '../cookie/attributes.ts'
import type { CookieJar, RequestHeader } from '../cookie/jar.ts'

/** What of Node's `IncomingMessage`, or of its HTTP/2 twin, a session asks for. */
export interface NodeRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Of TLS when it says `encrypted: true`. */
  readonly socket: object
}

/** What of Node's `ServerResponse`, or of its HTTP/2 twin, a session writes to. */
export interface NodeResponse {
  readonly headersSent: boolean
  getHeader(name: string): number | string | readonly string[] | undefined
  setHeader(name: string, value: string | readonly string[]): unknown
  writeHead(status: number, ...rest: readonly unknown[]): unknown
}

/**
 * Shows a Node request and response to the core. What the session writes is added at the moment the headers go out, whoever
 * sends them: frameworks that clear all headers to answer an error (Koa) do not clear a login or a logout with them.
 */
export class NodeJar implements CookieJar {
  readonly #request: NodeRequest
  readonly #response: NodeResponse
  #pending: ((response: NodeResponse) => void)[] | undefined

  constructor(request: NodeRequest, response: NodeResponse) {
    this.#request = request
    this.#response = response
  }

  /** Whether this very connection is encrypted; behind a proxy that ends TLS, override it with what the framework knows. */
  get secure(): boolean {
    const { socket } = this.#request
    return 'encrypted' in socket && socket.encrypted === true
  }

  get(header: RequestHeader): string | undefined {
    // HTTP/2 knows the host by another name.
    const value = this.#request.headers[header] ?? (header === 'host' ? this.#request.headers[':authority'] : undefined)
    return typeof value === 'object' ? value.join('; ') : value
  }

  set({ text }: SetCookie): void {
    this.#whenSent((response) => {
      const present = response.getHeader('set-cookie') ?? []
      const lines = typeof present === 'object' ? present : [String(present)]
      // Once, however often it is said: a head that could not be written is written again, and a logout that failed is repeated.
      if (!lines.includes(text)) response.setHeader('set-cookie', [...lines, text])
    })
  }

  revise(header: string, change: (current: string | undefined) => string | undefined): void {
    this.#whenSent((response) => {
      const present = response.getHeader(header)
      const value = change(typeof present === 'object' ? present.join(', ') : present?.toString())
      if (value !== undefined) response.setHeader(header, value)
    })
  }

  #whenSent(write: (response: NodeResponse) => void): void {
    // Too late: Node's own error says so, and nobody is left to believe that the cookie went out.
    if (this.#response.headersSent) write(this.#response)
    else if (this.#pending === undefined) beforeHead(this.#response, (this.#pending = [write]))
    else this.#pending.push(write)
  }
}

/** Carries out what is pending when the head of this response is written, once: `writeHead` is what every way of answering calls. */
function beforeHead(response: NodeResponse, pending: readonly ((response: NodeResponse) => void)[]): void {
  const writeHead = response.writeHead.bind(response)
  response.writeHead = (status, ...rest) => {
    // Headers given here would replace those set before: they are set first, as Node does, and so stand beside ours.
    for (const given of rest) if (typeof given === 'object' && given !== null) setHeaders(response, given)
    for (const write of pending) write(response)
    const written = writeHead(status, ...rest.filter((each) => typeof each === 'string'))
    // Not before: what throws for a header that may not be sent is followed by an error page, which carries ours as well.
    response.writeHead = writeHead
    return written
  }
}

/** Headers as `writeHead` takes them: an object, or an array of names and values in turn, or of pairs. */
function setHeaders(response: NodeResponse, headers: object): void {
  for (const [name, value] of entriesOf(headers)) {
    const text = (each: unknown): string => String(each)
    if (value !== undefined) response.setHeader(name, Array.isArray(value) ? value.map(text) : text(value))
  }
}

function entriesOf(headers: object): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(headers)) return Object.entries(headers)
  const flat: readonly unknown[] = headers.flat()
  const merged = new Map<string, unknown>()
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const name = String(flat[index])
    const present = merged.get(name)
    merged.set(name, present === undefined ? flat[index + 1] : [present, flat[index + 1]].flat())
  }
  return [...merged]
}
