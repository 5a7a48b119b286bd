import { type OutgoingHttpHeaders, request as httpRequest } from 'node:http'
import { createSessions, generateKey, parseKeyring, type SessionEvent, type Sessions } from '@encrypted-session/core'
import { createClient, sealSession } from '@encrypted-session/testing'
import websocket from '@fastify/websocket'
import { fastify, type FastifyInstance } from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { encryptedSession } from './index.ts'

interface Visit {
  note?: string
  tags: string[]
}

/** What these tests use of a WebSocket on the server. */
interface Socket {
  send(text: string): void
}

const key = await generateKey()
const events: SessionEvent[] = []
const sessions: Sessions<Visit> = createSessions({
  keyring: () => parseKeyring(key),
  initial: (): Visit => ({ tags: [] }),
  cookie: { secure: false },
  onEvent: (event) => events.push(event),
})
const apps: FastifyInstance[] = []

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
  events.length = 0
})

async function create(withWebSockets: boolean): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: true })
  apps.push(app)
  if (withWebSockets) await app.register(websocket)
  await app.register(encryptedSession, { sessions })
  app.post('/login', ({ session }) => {
    session.regenerate({ subject: 'ada' })
    return 'ok'
  })
  app.get('/read', ({ session }) => ({ subject: session.subject ?? null }))
  return app
}

/** The first message of a WebSocket that is opened with this cookie. */
async function firstMessage(url: string, cookie: string): Promise<string> {
  // Node's WebSocket takes headers as a second argument; the types of the DOM know only protocols.
  const options: unknown = { headers: { cookie } }
  const socket = new WebSocket(url.replace('http', 'ws'), options as string[])
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

it('a WebSocket reads the session of its upgrade request', async () => {
  const app = await create(true)
  app.get('/socket', { websocket: true }, (socket: Socket, { session }) => {
    socket.send(`${session.origin} ${session.subject}`)
  })
  const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
  const url = await app.listen({ port: 0 })
  expect(await firstMessage(`${url}/socket`, cookieHeader)).toBe('resumed ada')
  expect(await firstMessage(`${url}/socket`, 'session=rubbish')).toBe('fresh undefined')
})

it('a WebSocket that would sign somebody in is told that no cookie can follow', async () => {
  const app = await create(true)
  app.get('/socket', { websocket: true }, (socket: Socket, { session }) => {
    try {
      session.regenerate({ subject: 'ada' })
    } catch (error) {
      socket.send(error instanceof Error && 'code' in error ? String(error.code) : 'another error')
    }
  })
  expect(await firstMessage(`${await app.listen({ port: 0 })}/socket`, '')).toBe('ERR_SESSION_COMMITTED')
})

it('a request that names a protocol and asks for no upgrade is no WebSocket where others are', async () => {
  const url = await (await create(true)).listen({ port: 0 })
  expect(await login(url, { upgrade: 'websocket' })).toEqual([200, 1])
})

it('ordinary requests beside WebSockets are written as ever', async () => {
  const client = createClient(await (await create(true)).listen({ port: 0 }))
  expect((await client.post('/login')).setCookies).toHaveLength(1)
  expect((await client.get('/read')).json()).toEqual({ subject: 'ada' })
})

it('a request that asks for an upgrade which the server does not do is written as any other', async () => {
  const url = await (await create(false)).listen({ port: 0 })
  // As a proxy sends that has the headers of its WebSocket block everywhere.
  expect(await login(url, { connection: 'upgrade', upgrade: 'websocket' })).toEqual([200, 1])
})

/** Status and number of cookies of a login with these headers, which fetch would not send. */
function login(
  url: string,
  headers: OutgoingHttpHeaders,
): Promise<[status: number | undefined, cookies: number | undefined]> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/login`, { method: 'POST', agent: false, headers })
    request.on('response', (response) => {
      response.resume()
      resolve([response.statusCode, response.headers['set-cookie']?.length])
    })
    request.on('error', reject)
    request.end()
  })
}
