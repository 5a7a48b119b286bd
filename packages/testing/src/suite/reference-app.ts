import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import {
  type CookieJar,
  createSessions,
  type Handle,
  type MaybePromise,
  parseKeyring,
  type Session,
  SessionHttpError,
  SessionTooLargeError,
  type Sessions,
  type SessionsOptions,
} from '@encrypted-session/core'
import type { RunningApp, StartOptions } from './app.ts'
import type { DemoData } from './bench.ts'

/** What the reference app keeps in a session. */
export interface Visit extends DemoData {
  types?: unknown
}

/** Where a test can put a fault into the reference app. Each gets what is right and answers what is used instead. */
export interface Faults {
  options?(options: SessionsOptions<Visit>, start: StartOptions): SessionsOptions<Visit>
  sessions?(sessions: Sessions<Visit>): Sessions<Visit>
  jar?(jar: CookieJar, request: IncomingMessage, response: ServerResponse): CookieJar
  handle?(handle: Handle<Visit>, request: IncomingMessage): Handle<Visit>
  /** The status that `commit` is told. */
  status?(status: number, request: IncomingMessage): number
  /** Runs before the handler. */
  before?(exchange: Exchange): MaybePromise<void>
  /** Runs after the commit. */
  after?(exchange: Exchange): MaybePromise<void>
  /** Replaces routes. */
  routes?(routes: Routes): Routes
}

/** One request, its response and its session. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly session: Session<Visit>
  /** The session once more, as a second mounting of the same sessions would have it. */
  readonly again: Session<Visit>
  readonly body: Readonly<Record<string, unknown>>
  readonly isForm: boolean
  readonly sessions: Sessions<Visit>
}

/** What a handler answers. */
interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly stream?: readonly string[]
}

type Routes = Readonly<Record<string, (exchange: Exchange) => MaybePromise<Answer>>>

/** The routes of the demo on `node:http` and core alone: the smallest server that the suite accepts, and the proof that core suffices. */
export async function startReferenceApp(options: StartOptions, faults: Faults = {}): Promise<RunningApp> {
  const right = sessionsOptions(options)
  const plain = createSessions<Visit>(faults.options?.(right, options) ?? right)
  const sessions = faults.sessions?.(plain) ?? plain
  await sessions.ready()
  const all: Routes = { ...demoRoutes, ...(options.testRoutes === true && testRoutes) }
  const routes = faults.routes?.(all) ?? all
  const server = createServer(
    (request, response) => void serve({ request, response, sessions, routes, faults, options }),
  )
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closed(server) }
}

function sessionsOptions({
  keys,
  keyring,
  secure = false,
  absolute,
  idle,
  extendAfter,
  revocation,
  now,
  onEvent,
}: StartOptions): SessionsOptions<Visit> {
  return {
    keyring: keyring ?? (() => parseKeyring(keys)),
    initial: (): Visit => ({ cart: [], visits: 0 }),
    cookie: { secure },
    lifetime: {
      ...(absolute !== undefined && { absolute }),
      ...(idle !== undefined && { idle }),
      ...(extendAfter !== undefined && { extendAfter }),
    },
    ...(typeof revocation === 'object' && { revocation }),
    ...(now !== undefined && { now }),
    ...(onEvent !== undefined && { onEvent }),
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}

interface Context {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly sessions: Sessions<Visit>
  readonly routes: Routes
  readonly faults: Faults
  readonly options: StartOptions
}

async function serve({ request, response, sessions, routes, faults, options }: Context): Promise<void> {
  const jar = createJar(request, response, options.trustProxy === true)
  const { handle: plain } = sessions.attach(request, faults.jar?.(jar, request, response) ?? jar)
  const handle = faults.handle?.(plain, request) ?? plain
  const commit = (status: number): Promise<void> => handle.commit(faults.status?.(status, request) ?? status)
  try {
    const session = await handle.open()
    const again = await sessions.attach(request, jar).handle.open()
    const url = new URL(request.url ?? '/', 'http://localhost')
    const exchange: Exchange = { request, response, url, session, again, sessions, ...(await bodyOf(request)) }
    await faults.before?.(exchange)
    const result = await answerOf(routes, exchange)
    await commit(result.status ?? 200)
    await faults.after?.(exchange)
    await send(request, response, result)
  } catch (error) {
    const result = answerOfError(error)
    try {
      await commit(result.status ?? 500)
    } catch {
      // The handler's own error is the one to answer.
    }
    await send(request, response, result)
  }
}

function createJar(request: IncomingMessage, response: ServerResponse, trustProxy: boolean): CookieJar {
  return {
    get(header) {
      return request.headersDistinct[header]?.join('; ')
    },
    set({ text }) {
      response.appendHeader('set-cookie', text)
    },
    revise(header, change) {
      const value = change(response.getHeader(header)?.toString())
      if (value !== undefined) response.setHeader(header, value)
    },
    secure: trustProxy && request.headers['x-forwarded-proto'] === 'https',
  }
}

async function answerOf(routes: Routes, exchange: Exchange): Promise<Answer> {
  const { request, url } = exchange
  // A server without its own HEAD handlers answers HEAD as GET, and send() leaves the body out.
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')
  const handler = routes[`${method} ${url.pathname}`]
  return handler === undefined ? { status: 404, body: { error: 'not found' } } : handler(exchange)
}

function answerOfError(error: unknown): Answer {
  if (error instanceof HttpError) return { status: error.status, body: { error: error.message } }
  if (error instanceof SessionTooLargeError) {
    return { status: error.status, headers: error.headers, body: { error: 'too large', fields: error.fields } }
  }
  if (error instanceof SessionHttpError) {
    return { status: error.status, headers: error.headers, body: { error: error.statusText } }
  }
  return { status: 500, body: { error: 'internal' } }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status = 200, headers = {}, body, stream }: Answer,
): Promise<void> {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  const isEmpty = request.method === 'HEAD' || status === 304 || status === 204
  if (!response.hasHeader('content-type')) {
    response.setHeader('content-type', typeof body === 'object' ? 'application/json' : 'text/plain')
  }
  if (isEmpty) {
    response.end()
    return
  }
  for (const chunk of stream ?? []) {
    response.write(chunk)
    await sleep(1)
  }
  response.end(stream === undefined ? textOf(body) : undefined)
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body ?? null, shown)
}

/** What JSON cannot carry, as the demo shows it. `JSON.stringify` has turned dates into text by then. */
function shown(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
  if (value instanceof Map || value instanceof Set) return [...value]
  return value
}

async function bodyOf(request: IncomingMessage): Promise<Pick<Exchange, 'body' | 'isForm'>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  if (isForm) return { isForm, body: Object.fromEntries(new URLSearchParams(text)) }
  // The routes read single fields of what the suite sends, each through `text` below.
  return { isForm, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
}

/** The framework's HTTP error, as this small framework has it. */
class HttpError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const sharedError = new HttpError(401, 'sign in first')
const sharedAnswer: Answer = { status: 204 }

function answer({ session }: Exchange): Answer {
  const { origin, id, subject = null, createdAt, expiresAt, data, cookie = null } = session
  return { body: { origin, id, subject, createdAt, expiresAt, data, cookie } }
}

/** JSON for scripts, a redirect to the page for forms. */
function done(exchange: Exchange): Answer {
  return exchange.isForm ? { status: 303, headers: { location: '/' } } : answer(exchange)
}

function field({ body }: Exchange, name: string): string {
  const value = body[name]
  return typeof value === 'string' ? value : ''
}

function typesValue(): unknown {
  return {
    bytes: new Uint8Array([0, 127, 255]),
    nested: { date: new Date(0), list: [new Map([['a', new Set([1n, 2n])]])] },
    big: 12345678901234567890n,
  }
}

const demoRoutes: Routes = {
  'GET /': ({ session }) => ({
    body: `<h1>${session.subject ?? 'nobody'}</h1>`,
    headers: { 'content-type': 'text/html' },
  }),
  'GET /api/session': answer,
  'POST /api/login'(exchange) {
    const name = field(exchange, 'name')
    exchange.session.regenerate({ subject: name })
    exchange.session.data.user = { name }
    return done(exchange)
  },
  'POST /api/logout'(exchange) {
    exchange.session.destroy()
    return done(exchange)
  },
  async 'POST /api/logout-everywhere'(exchange) {
    const { session, sessions } = exchange
    try {
      if (session.subject !== undefined) await sessions.revokeSubject(session.subject)
    } catch {
      return { status: 501, body: { error: 'no revocation' } }
    }
    session.destroy()
    return done(exchange)
  },
  'POST /api/cart'(exchange) {
    const item = field(exchange, 'item')
    const { cart } = exchange.session.data
    const present = cart.find((entry) => entry.item === item)
    if (present === undefined) cart.push({ item, qty: 1 })
    else present.qty += 1
    return done(exchange)
  },
  'POST /api/note'(exchange) {
    exchange.session.data.note = field(exchange, 'text')
    return done(exchange)
  },
  'POST /api/types'(exchange) {
    exchange.session.data.types = typesValue()
    return done(exchange)
  },
  'GET /api/types': ({ session }) => ({ body: { ok: isDeepStrictEqual(session.data.types, typesValue()) } }),
  'POST /api/flash'(exchange) {
    exchange.session.flash.add('info', field(exchange, 'message'))
    return done(exchange)
  },
  'GET /api/flash': ({ session }) => ({ body: { messages: session.flash.take() } }),
  'POST /api/regenerate'(exchange) {
    exchange.session.regenerate()
    return done(exchange)
  },
  'POST /api/persistent'(exchange) {
    exchange.session.persistent = exchange.body['value'] === true
    return done(exchange)
  },
  'POST /api/fail'({ session, body }) {
    if (typeof body['note'] === 'string') session.data.note = body['note']
    if (body['destroy'] === true) session.destroy()
    throw body['how'] === 'http' ? new HttpError(401, 'refused') : new Error('unexpected')
  },
  'GET /api/stream'({ session }) {
    session.data.visits += 1
    return { stream: ['one ', 'two ', 'three'] }
  },
  'GET /api/redirect'({ session }) {
    session.data.visits += 1
    return { status: 302, headers: { location: '/api/session' } }
  },
  'GET /api/untouched': () => ({ body: 'ok' }),
}

const testRoutes: Routes = {
  'GET /test/headers'({ session, response, url }) {
    response.setHeader('vary', 'Accept-Encoding')
    response.setHeader('cache-control', 'public, max-age=60')
    response.setHeader('cdn-cache-control', 'public, max-age=60')
    response.appendHeader('set-cookie', 'theme=dark; Path=/')
    const how = url.searchParams.get('session')
    if (how === 'write') session.data.visits += 1
    return { body: how === 'read' && session.data.visits < 0 ? '' : 'ok' }
  },
  'GET /test/not-modified'({ session, request }) {
    session.data.visits += 1
    return { status: request.headers['if-none-match'] === '"1"' ? 304 : 200, headers: { etag: '"1"' }, body: 'ok' }
  },
  'POST /test/shared-error'(exchange) {
    exchange.session.data.note = field(exchange, 'text')
    throw sharedError
  },
  'GET /test/shared-response'({ session }) {
    session.data.visits += 1
    return sharedAnswer
  },
  async 'POST /test/slow'(exchange) {
    const { session, body } = exchange
    const { data } = session
    await sleep(Number(body['ms']))
    if (typeof body['text'] === 'string') data.note = body['text']
    return answer(exchange)
  },
  'POST /test/twice'(exchange) {
    const { session, again } = exchange
    session.data.note = field(exchange, 'text')
    return { body: { same: session === again, note: again.data.note } }
  },
}
