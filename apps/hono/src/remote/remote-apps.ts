import { parseKeyring, type Seconds, SessionError, type SessionEvent } from '@encrypted-session/core'
import { createRevocation, type RevocationPort } from '@encrypted-session/core/revocation'
import { type Context, Hono } from 'hono'
import { streamText } from 'hono/streaming'
import type { UpgradeWebSocket } from 'hono/ws'
import { createApp } from '../app.ts'
import type { DemoEnv } from '../env.ts'

/** What of `StartOptions` can be sent to another process. */
export interface RemoteSettings {
  readonly keys: string
  readonly secure?: boolean
  readonly absolute?: Seconds
  readonly idle?: Seconds
  readonly extendAfter?: Seconds
  readonly testRoutes?: boolean
  readonly trustProxy?: boolean
  /** Whether each request says what time it is, in `NOW_HEADER`. */
  readonly clock: boolean
  /** Where the revocation store answers, if there is one. */
  readonly revocationUrl?: string
}

/** Names the app that a request is for. */
export const APP_HEADER = 'x-remote-app'
/** The time of a test's clock. */
export const NOW_HEADER = 'x-remote-now'

interface RemoteApp {
  readonly events: SessionEvent[]
  readonly answer: (request: Request, env: object) => Response | Promise<Response>
}

/**
 * Several demos behind one port, for tests on a runtime of which there is one process: POST makes one more out of its
 * settings and answers its name, a request with that name in `APP_HEADER` is for it, and GET /events?name tells its events.
 */
export function createRemoteApps(upgrade: UpgradeWebSocket): (request: Request, env: object) => Promise<Response> {
  const apps = new Map<string, RemoteApp>()
  return async (request, env) => {
    const app = apps.get(request.headers.get(APP_HEADER) ?? '')
    if (app !== undefined) return app.answer(request, env)
    if (request.method === 'GET') return Response.json(apps.get(new URL(request.url).search.slice(1))?.events ?? [])
    const name = `app${apps.size}`
    // The cast trusts the other half of the tests.
    apps.set(name, createRemoteApp((await request.json()) as RemoteSettings, upgrade))
    return new Response(name)
  }
}

function createRemoteApp(
  { keys, clock, revocationUrl, ...settings }: RemoteSettings,
  upgrade: UpgradeWebSocket,
): RemoteApp {
  const events: SessionEvent[] = []
  let now: Seconds = 0
  const app = createApp({
    ...settings,
    keyring: () => parseKeyring(keys),
    onEvent: (event) => events.push(event),
    ...(clock && { now: () => now }),
    ...(revocationUrl !== undefined && { revocation: createRevocation(remotePort(revocationUrl)) }),
  })
  app.route('/remote', runtimeRoutes(upgrade))
  return {
    events,
    answer(request, env) {
      now = Number(request.headers.get(NOW_HEADER))
      return app.fetch(request, env)
    },
  }
}

/** What each runtime does in its own way. */
function runtimeRoutes(upgrade: UpgradeWebSocket): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>()
  app.get('/late', (c) => {
    const { session } = c.var
    session.data.note = 'in time'
    return streamText(c, async (stream) => {
      await stream.sleep(20)
      session.data.note = 'too late'
    })
  })
  app.get(
    '/socket',
    upgrade(({ var: { session } }: Context<DemoEnv>) => ({
      onMessage(_event, socket) {
        try {
          session.regenerate({ subject: 'Grace' })
        } catch (error) {
          socket.send(`${session.subject} ${error instanceof SessionError ? error.code : String(error)}`)
        }
      },
    })),
  )
  return app
}

/** A store in the process of the tests. */
function remotePort(url: string): RevocationPort {
  const ask = async (method: keyof RevocationPort, parameter: unknown): Promise<unknown> => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ method, parameter }) })
    if (!response.ok) throw new Error(await response.text())
    const { answer } = (await response.json()) as { answer?: unknown }
    return answer
  }
  // The casts trust the other half of the tests.
  return {
    check: (parameter) => ask('check', parameter) as ReturnType<RevocationPort['check']>,
    revoke: (parameter) => ask('revoke', parameter) as ReturnType<RevocationPort['revoke']>,
    cutoff: (parameter) => ask('cutoff', parameter) as ReturnType<RevocationPort['cutoff']>,
  }
}
