import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { createSessions, generateKey, parseKeyring, type SessionEvent, type Sessions } from '@encrypted-session/core'
import { createClient, sealSession } from '@encrypted-session/testing'
import { createAdaptorServer, type ServerType, upgradeWebSocket, type WebSocketServerLike } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { streamText } from 'hono/streaming'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { encryptedSession, type SessionEnv } from './index.ts'

interface Visit {
  note?: string
  tags: string[]
}

const key = await generateKey()
const events: SessionEvent[] = []
const sessions: Sessions<Visit> = createSessions({
  keyring: () => parseKeyring(key),
  initial: (): Visit => ({ tags: [] }),
  cookie: { secure: false },
  onEvent: (event) => events.push(event),
})
const running: { close(): unknown }[] = []

afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
  events.length = 0
})

type App = Hono<SessionEnv<typeof sessions>>

function create(): App {
  const app: App = new Hono()
  app.use(encryptedSession(sessions))
  app.get('/read', (c) => c.json({ subject: c.var.session.subject ?? null, ...c.var.session.data }))
  return app
}

async function listen(server: ServerType): Promise<string> {
  running.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // The cast holds for every server that listens on a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function serve(app: App): Promise<string> {
  return listen(createAdaptorServer(app))
}

/** What became of late changes, and of those in time. */
function told(): (string | undefined)[] {
  return events.map((event) => (event.type === 'uncommitted' ? event.reason : event.type))
}

describe('on @hono/node-server', () => {
  it('a change while the body is streaming is told of', async () => {
    const app = create()
    app.get('/stream', (c) => {
      const { session } = c.var
      session.data.note = 'in time'
      return streamText(c, async (out) => {
        await out.write('one')
        await setTimeout(20)
        session.data.note = 'too late'
        await out.write('two')
      })
    })
    const client = createClient(await serve(app))
    expect((await client.get('/stream')).text).toBe('onetwo')
    expect((await client.get('/read')).json()).toMatchObject({ note: 'in time' })
    await expect.poll(told).toEqual(['sealed', 'late', 'opened'])
  })

  it('a stream without late changes is no event', async () => {
    const app = create()
    app.get('/stream', (c) =>
      streamText(c, async (out) => {
        await out.write(c.var.session.origin)
      }),
    )
    const server = createAdaptorServer(app)
    const closed = new Promise<void>((resolve) => {
      server.on('request', (_request: unknown, response: ServerResponse) => response.once('close', resolve))
    })
    expect((await createClient(await listen(server)).get('/stream')).text).toBe('fresh')
    await closed
    expect(events).toEqual([])
  })

  it('a visitor who leaves before the response is no late change', async () => {
    const app = create()
    const reached = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    const finished = Promise.withResolvers<void>()
    app.use(async (_c, next) => {
      await next()
      finished.resolve()
    })
    app.get('/slow', async (c) => {
      c.var.session.data.note = 'written'
      c.req.raw.signal.addEventListener('abort', () => {
        left.resolve()
      })
      reached.resolve()
      await left.promise
      return c.text('ok')
    })
    const asked = httpRequest(`${await serve(app)}/slow`, { agent: false }).on('error', () => undefined)
    asked.end()
    await reached.promise
    asked.destroy()
    await finished.promise
    await setTimeout(20)
    expect(told()).toEqual(['sealed'])
  })

  it('one response that every visitor gets hands nobody another visitor’s session', async () => {
    const app = create().onError((_error, c) => c.text('used up', 500))
    const shared = new Response('hello', { headers: { 'x-shared': 'yes' } })
    app.get('/shared', (c) => {
      c.var.session.data.tags.push('visit')
      return shared
    })
    const url = await serve(app)
    const first = await createClient(url).get('/shared')
    const second = await createClient(url).get('/shared')
    expect([first.text, first.setCookies.length]).toEqual(['hello', 1])
    expect(second.setCookies).not.toContain(first.setCookies[0])
    expect([...shared.headers.keys()]).not.toContain('set-cookie')
  })

  it('over HTTP/2 the session is carried, and crumbs of one Cookie header are read together', async () => {
    const app = create()
    app.get('/', (c) => {
      c.var.session.data.tags.push('visit')
      return c.json(c.var.session.data.tags)
    })
    const client = connect(await listen(createAdaptorServer({ fetch: app.fetch, createServer: createHttp2Server })))
    running.push(client)
    const get = async (crumbs: string[]): Promise<{ body: string; cookies: string[] }> => {
      const stream = client.request({ ':path': '/', ...(crumbs.length > 0 && { cookie: crumbs }) })
      const headers = new Promise<string[]>((resolve) => {
        stream.on('response', ({ 'set-cookie': lines = [] }) => {
          resolve(lines)
        })
      })
      const parts: Buffer[] = []
      for await (const part of stream) parts.push(part as Buffer)
      return { cookies: await headers, body: Buffer.concat(parts).toString() }
    }
    const first = await get([])
    expect(first.cookies).toHaveLength(1)
    const second = await get(['theme=dark', first.cookies[0]?.split(';')[0] ?? '', 'size=large'])
    expect(second.body).toBe('["visit","visit"]')
  })

  it('a request that asks for an upgrade which the server does not do is written as any other', async () => {
    const app = create()
    app.get('/write', (c) => {
      c.var.session.data.note = 'written'
      return c.text('ok')
    })
    // As a proxy sends that has the headers of its WebSocket block everywhere.
    const headers = { connection: 'upgrade', upgrade: 'websocket' }
    const asked = httpRequest(`${await serve(app)}/write`, { agent: false, headers }).end()
    // The cast is what the event's documentation says.
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    response.resume()
    expect(response.headers['set-cookie']).toHaveLength(1)
  })
})

describe('a WebSocket on @hono/node-server', () => {
  /** The first message of a WebSocket whose handshake has this cookie, and the cookies that the handshake sets. */
  async function firstMessage(app: App, cookie: string): Promise<string> {
    // The cast is what the server's documentation does with it: the types of the two packages disagree about what may be left out.
    const sockets: unknown = new WebSocketServer({ noServer: true })
    const websocket = { server: sockets as WebSocketServerLike }
    const url = await listen(createAdaptorServer({ fetch: app.fetch, websocket }))
    // Node's WebSocket takes headers as a second argument; the types of the DOM know only protocols.
    const options: unknown = { headers: { cookie } }
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, options as string[])
    const message = await new Promise<string>((resolve, reject) => {
      socket.addEventListener('message', ({ data }) => {
        resolve(String(data))
      })
      socket.addEventListener('error', () => {
        reject(new Error('The socket failed.'))
      })
    })
    socket.close()
    return message
  }

  it('reads the session of its handshake', async () => {
    const app = create()
    app.get(
      '/socket',
      upgradeWebSocket(({ var: { session } }: Context<SessionEnv<typeof sessions>>) => {
        return { onOpen: (_event, socket) => socket.send(`${session.origin} ${session.subject}`) }
      }),
    )
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    expect(await firstMessage(app, cookieHeader)).toBe('resumed ada')
    expect(await firstMessage(app, 'session=rubbish')).toBe('fresh undefined')
  })
})
