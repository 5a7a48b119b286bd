import type { SetCookie } from '../cookie/attributes.ts'
import type { CookieJar, RequestHeader } from '../cookie/jar.ts'

/** What of Node's `IncomingMessage`, or of its HTTP/2 twin, a session asks for. */
export interface NodeRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** A `TLSSocket` says that it is encrypted. */
  readonly socket: object
}

/** What of Node's `ServerResponse`, or of its HTTP/2 twin, a session writes to. */
export interface NodeResponse {
  readonly headersSent: boolean
  getHeader(name: string): HeaderValue | undefined
  setHeader(name: string, value: HeaderValue): unknown
  writeHead(status: number, ...rest: readonly unknown[]): unknown
}

type HeaderValue = number | string | readonly string[]
type Revision = readonly [header: string, change: (current: string | undefined) => string | undefined]

/**
 * Shows a Node request and response to the core. What the session writes is added at the moment the head goes out, whoever
 * sends it: frameworks that remove all headers to answer an error (Koa, Express) do not remove a login or a logout with them.
 * Only what passes by the response object, such as `response.stream.respond()` of HTTP/2, goes out without it.
 *
 * @example
 * ```ts
 * import { NodeJar } from '@encrypted-session/core/node'
 * import { createServer } from 'node:http'
 *
 * createServer(async (request, response) => {
 *   const { handle } = sessions.attach(request, new NodeJar(request, response))
 *   const session = await handle.open()
 *   const text = JSON.stringify(session.data)
 *   await handle.commit(200)
 *   response.end(text)
 * })
 * ```
 */
export class NodeJar implements CookieJar {
  readonly #request: NodeRequest
  readonly #response: NodeResponse
  #setCookies: readonly string[] = []
  #revisions: Revision[] | undefined

  constructor(request: NodeRequest, response: NodeResponse) {
    this.#request = request
    this.#response = response
  }

  /** Behind a proxy that ends TLS, the header that it sends is believed: the answer decides about an event only. */
  get secure(): boolean {
    const { headers, socket } = this.#request
    if ('encrypted' in socket && socket.encrypted === true) return true
    // HTTP/2 says so itself, also when the visitor has gone and the socket with him.
    return headers[':scheme'] === 'https' || headers['x-forwarded-proto'] === 'https'
  }

  /** The values of Set-Cookie that wait for the head, or went with it: until then `response.getHeader('set-cookie')` does not know them. */
  get setCookies(): readonly string[] {
    return this.#setCookies
  }

  get(header: RequestHeader): string | undefined {
    const { headers } = this.#request
    // HTTP/2 has another name for the host.
    const value = headers[header] ?? (header === 'host' ? headers[':authority'] : undefined)
    return typeof value === 'object' ? value.join('; ') : value
  }

  set({ name, text }: SetCookie): void {
    // Too late: Node's own error says so, and nobody is left to believe that the cookie went out.
    if (this.#response.headersSent) this.#response.setHeader('set-cookie', text)
    this.#waitForHead()
    // A commit that failed is followed by one that clears: the last word on a cookie is the only one.
    this.#setCookies = [...this.#setCookies.filter((present) => !present.startsWith(`${name}=`)), text]
  }

  revise(...revision: Revision): void {
    // After the head, nothing: caches cannot be told any more.
    this.#waitForHead().push(revision)
  }

  #waitForHead(): Revision[] {
    if (this.#revisions === undefined) {
      this.#revisions = []
      beforeHead(this.#response, this)
    }
    return this.#revisions
  }

  /** Adds to a head what waits for it. */
  static complete(jar: NodeJar, head: Head): void {
    jar.#addCookies(head)
    jar.#reviseHeaders(head)
  }

  #addCookies(head: Head): void {
    const ours = this.#setCookies
    if (ours.length === 0) return
    // Once, though a head that Node refused is tried again. A new array: the present one may be the app's constant.
    const others = texts(head.get('set-cookie')).filter((text) => !ours.includes(text))
    head.set('set-cookie', [...others, ...ours])
  }

  #reviseHeaders(head: Head): void {
    for (const [header, change] of this.#revisions ?? []) {
      const present = head.get(header)
      const value = change(present === undefined ? undefined : texts(present).join(', '))
      if (value !== undefined) head.set(header, value)
    }
  }
}

function texts(value: HeaderValue | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'object' ? value : [String(value)]
}

/** The headers that are about to go out. Names in lower case. */
interface Head {
  get(name: string): HeaderValue | undefined
  set(name: string, value: HeaderValue): void
}

/** Where a response keeps who waits for its head. */
const WAITING: unique symbol = Symbol('encrypted-session waiting')

interface WaitedFor extends NodeResponse {
  [WAITING]?: { readonly jars: NodeJar[]; readonly writeHead: NodeResponse['writeHead'] }
}

/**
 * Has a jar complete this response's head before it is written: every way to begin a response comes by `writeHead`.
 * Never taken off again: others may have put theirs around it, or may have kept this one to put back.
 */
function beforeHead(response: WaitedFor, jar: NodeJar): void {
  const waiting = response[WAITING]
  if (waiting) {
    waiting.jars.push(jar)
    return
  }
  // oxlint-disable-next-line typescript/unbound-method -- called below, on the response it is from
  response[WAITING] = { jars: [jar], writeHead: response.writeHead }
  // One function for all: a closure of each response's own would be kept, with the whole request, until a full garbage collection.
  response.writeHead = writeCompleteHead
}

function writeCompleteHead(this: WaitedFor, status: number, ...rest: readonly unknown[]): unknown {
  const { jars = [], writeHead } = this[WAITING] ?? {}
  return writeHead?.call(this, status, ...(this.headersSent ? rest : completed(this, jars, rest)))
}

/** What `writeHead` was given after the status, with what the jars add. */
function completed(response: NodeResponse, jars: readonly NodeJar[], rest: readonly unknown[]): readonly unknown[] {
  const reason = typeof rest[0] === 'string' ? [rest[0]] : []
  // What is given here replaces what was set before, name by name; where nothing was, Node writes it without a detour.
  const given = headersIn(rest[1] ?? rest[reason.length])
  // An empty name Node passes over, where others have been set before.
  Reflect.deleteProperty(given, '')
  const namesOf = (name: string): string[] => Object.keys(given).filter((each) => each.toLowerCase() === name)
  const head: Head = {
    get(name) {
      const present = namesOf(name).at(-1)
      return present === undefined ? response.getHeader(name) : given[present]
    },
    set(name, value) {
      const [first = name, ...others] = namesOf(name)
      given[first] = value
      for (const other of others) Reflect.deleteProperty(given, other)
    },
  }
  for (const jar of jars) NodeJar.complete(jar, head)
  return [...reason, given]
}

/** Headers in the forms that `writeHead` takes, as an object of our own: an object, or a list of names and values in turn or in pairs, in which a name may come again. */
function headersIn(headers: unknown): Record<string, HeaderValue> {
  // The casts trust the caller as far as Node does, whose setHeader refuses what is no name or no value.
  if (!Array.isArray(headers)) return { ...(headers as Readonly<Record<string, HeaderValue>>) }
  const list = headers as readonly unknown[]
  const pairs = Array.isArray(list[0]) ? list : list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1]]] : []))
  const merged = new Map<string, readonly [string, HeaderValue]>()
  for (const [name, value] of pairs as readonly (readonly [string, HeaderValue])[]) {
    const present = merged.get(name.toLowerCase())
    merged.set(
      name.toLowerCase(),
      present === undefined ? [name, value] : [present[0], [...texts(present[1]), ...texts(value)]],
    )
  }
  return Object.fromEntries(merged.values())
}
