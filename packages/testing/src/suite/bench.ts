import { equal } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CookieOptions,
  createSessions,
  generateKey,
  parseKeyring,
  type RejectionReason,
  type Revocation,
  type Seconds,
  type SessionEvent,
  type Sessions,
} from '@encrypted-session/core'
import { type ClientOptions, type ClientResponse, createClient, type SessionClient } from '../client.ts'
import { createClock } from '../clock.ts'
import { createMemoryRevocation } from '../memory-revocation.ts'
import { sealSession, type SessionContent } from '../seal-session.ts'
import type { RunningApp, SessionApp, StartOptions } from './app.ts'

/** What the checks work with: servers of the app, clients, and cookies that the app did not write. */
export interface Bench {
  readonly keys: string
  /** A server. Asked twice for the same plain options, it answers the same one. */
  readonly server: (options?: Partial<StartOptions>) => Promise<Server>
  /** A server with a revocation store of its own, and a second one that shares it. */
  readonly revocationServer: (options?: Partial<StartOptions>) => Promise<Server & { twin(): Promise<Server> }>
  /** A server whose time can be made to pass: at once where the app takes a clock, else by waiting. */
  readonly timedServer: (options?: Partial<StartOptions>) => Promise<Server & { pass(seconds: Seconds): Promise<void> }>
  /** Ends every server. */
  close(): Promise<void>
}

/** One server of the app. */
export interface Server {
  readonly url: string
  client(options?: ClientOptions): SessionClient
  /** Carries out `action` and answers the events that it led to. */
  during(action: () => Promise<unknown>): Promise<readonly SessionEvent[]>
  /** Carries out `action` and checks that it led to exactly one rejection, for one of these reasons. No reasons: to none. Checks nothing where events cannot be seen. */
  rejects(reasons: readonly RejectionReason[], action: () => Promise<unknown>): Promise<void>
}

/** What the demo apps keep in a session. */
export interface DemoData {
  user?: { name: string }
  cart: { item: string; qty: number }[]
  note?: string
  visits: number
}

/** What `GET /api/session` answers. */
export interface SessionAnswer {
  readonly origin: 'fresh' | 'resumed'
  readonly id: string
  readonly subject: string | null
  readonly createdAt: Seconds
  readonly expiresAt: Seconds
  readonly data: DemoData
  readonly cookie?: {
    readonly name: string
    readonly bytes: number
    readonly chunks: number
    readonly keyId: string
  } | null
}

/** A bench for one app. */
export async function createBench(app: SessionApp): Promise<Bench> {
  const keys = await generateKey()
  const running = new Map<string, Promise<Server>>()
  const started: RunningApp[] = []

  const start = async (options: Partial<StartOptions>): Promise<Server> => {
    const events: SessionEvent[] = []
    const server = await app.start({
      keys,
      ...options,
      testRoutes: (app.features?.testRoutes ?? []).length > 0,
      onEvent: (event) => events.push(event),
    })
    started.push(server)
    return createServer(
      server.url,
      async () => (server.events === undefined ? events : server.events()),
      app.features?.events ?? false,
    )
  }
  const server = (options: Partial<StartOptions> = {}): Promise<Server> => {
    // Ports, clocks and keyrings have an identity: such a server is nobody else's.
    if (Object.values(options).some((value) => typeof value === 'object' || typeof value === 'function')) {
      return start(options)
    }
    const key = JSON.stringify(
      options,
      Object.keys(options).toSorted((a, b) => a.localeCompare(b)),
    )
    const known = running.get(key) ?? start(options)
    running.set(key, known)
    return known
  }
  return {
    keys,
    server,
    async revocationServer(options = {}) {
      const revocation: Revocation | 'own' =
        app.features?.revocation === 'port' ? createMemoryRevocation(options.now) : 'own'
      const settings = { keys: await generateKey(), ...options, revocation }
      return { ...(await start(settings)), twin: () => start(settings) }
    },
    async timedServer(options = {}) {
      if (app.features?.clock !== true) {
        return { ...(await server(options)), pass: async (seconds) => sleep(seconds * 1000) }
      }
      const clock = createClock()
      return { ...(await start({ ...options, now: clock })), pass: async (seconds) => clock.advance(seconds) }
    },
    async close() {
      await Promise.all(started.splice(0).map((each) => each.close()))
      running.clear()
    },
  }
}

function createServer(url: string, eventsSoFar: () => Promise<readonly SessionEvent[]>, seesEvents: boolean): Server {
  const during = async (action: () => Promise<unknown>): Promise<readonly SessionEvent[]> => {
    const before = (await eventsSoFar()).length
    await action()
    return (await eventsSoFar()).slice(before)
  }
  return {
    url,
    client: (options) => createClient(url, options),
    during,
    async rejects(reasons, action) {
      const events = await during(action)
      if (!seesEvents) return
      const found = events.flatMap((event) => (event.type === 'rejected' ? [event.reason] : []))
      const expected = reasons.find((reason) => reason === found[0])
      equal(found.join(', '), expected ?? reasons.join(' or '), 'rejections in events')
    },
  }
}

/** How a cookie is to be made without the app. */
export interface ForgedOptions {
  readonly keys: string
  /** When it was sealed. Default: now. */
  readonly at?: Seconds
  readonly name?: string
  readonly audience?: string
}

/** Sessions as the app under test makes them, but with their own clock and name: what they seal, the app opens if it is right to. */
export function sessionsLikeTheApp({ keys, at, name, audience }: ForgedOptions): Sessions<DemoData> {
  const cookie: CookieOptions = { secure: false, ...(name !== undefined && { name }) }
  return createSessions<DemoData>({
    keyring: () => parseKeyring(keys),
    initial: () => ({ cart: [], visits: 0 }),
    lifetime: { absolute: 86_400, idle: 'off' },
    cookie,
    ...(at !== undefined && { now: () => at }),
    ...(audience !== undefined && { audience }),
  })
}

/** The Cookie header of a session that the app did not write itself. */
export async function forged(options: ForgedOptions, content: SessionContent<DemoData> = {}): Promise<string> {
  return (await sealSession(sessionsLikeTheApp(options), content)).cookieHeader
}

/** The machine's clock. */
export function present(): Seconds {
  return Math.floor(Date.now() / 1000)
}

/** What the server reads out of the client's session. */
export async function read(client: SessionClient, cookie?: string): Promise<SessionAnswer> {
  const response = await client.get('/api/session', cookie === undefined ? {} : { cookie })
  equal(response.status, 200, `GET /api/session: ${response.text}`)
  return response.json<SessionAnswer>()
}

/** A POST that must be answered with 200. */
export async function post(client: SessionClient, path: string, body: object = {}): Promise<ClientResponse> {
  const response = await client.post(path, body)
  equal(response.status, 200, `POST ${path}: ${response.text}`)
  return response
}

/** The answer to a request that another action overtook. */
export async function overtaken(
  slow: Promise<ClientResponse>,
  action: () => Promise<unknown>,
): Promise<ClientResponse> {
  const [response] = await Promise.all([slow, action()])
  return response
}

/** The client, signed in. */
export async function signedIn(server: Server, name = 'Ada'): Promise<SessionClient> {
  const client = server.client()
  await post(client, '/api/login', { name })
  return client
}
