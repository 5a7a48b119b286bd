import { Readable } from 'node:stream'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import {
  createSessions,
  generateKey,
  parseKeyring,
  type Session,
  type SessionEvent,
  type Sessions,
} from '@encrypted-session/core'
import { createRevocation } from '@encrypted-session/core/revocation'
import { createClient, createMemoryRevocation, sealSession } from '@encrypted-session/testing'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import { fastify, type FastifyInstance, type FastifyServerOptions, type LightMyRequestResponse } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { encryptedSession } from './index.ts'

interface Visit {
  note?: string
  tags: string[]
}

declare module 'fastify' {
  interface FastifyRequest {
    session: Session<Visit>
    again: Session<Visit>
    adminSession: Session<{ rights: string[] }>
  }
}

const key = await generateKey()
const running: { close(): unknown }[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})

interface Setting {
  readonly sessions: Sessions<Visit>
  readonly events: SessionEvent[]
  readonly app: FastifyInstance
}

function setting(options: FastifyServerOptions = {}): Setting {
  const events: SessionEvent[] = []
  const sessions = createSessions({
    keyring: () => parseKeyring(key),
    initial: (): Visit => ({ tags: [] }),
    onEvent: (event) => events.push(event),
  })
  const app = fastify(options)
  running.push(app)
  return { sessions, events, app }
}

/** An app whose one interesting route changes the session and answers as the test wants. */
async function registered(options: FastifyServerOptions = {}): Promise<Setting> {
  const all = setting(options)
  await all.app.register(encryptedSession, { sessions: all.sessions })
  all.app.get('/read', ({ session }) => ({ origin: session.origin, ...session.data }))
  all.app.get('/write', ({ session }) => {
    session.data.note = 'written'
    return 'ok'
  })
  return all
}

function setCookies({ headers }: LightMyRequestResponse): string[] {
  return [headers['set-cookie'] ?? []].flat()
}

/** The Cookie header of a browser that got this response. */
function cookieAfter(response: LightMyRequestResponse): string {
  return setCookies(response)
    .map((line) => line.split(';')[0])
    .join('; ')
}

describe('registering', () => {
  it('rejects when the key is wrong', async () => {
    const app = fastify()
    const sessions = createSessions({ keyring: () => parseKeyring('my-secret-password') })
    await expect(app.register(encryptedSession, { sessions })).rejects.toMatchObject({ code: 'ERR_KEYRING_INVALID' })
  })

  it('rejects without sessions, and says what is missing', async () => {
    const app = fastify()
    // @ts-expect-error JavaScript lets it pass
    await expect(app.register(encryptedSession, { secret: 'a password' })).rejects.toMatchObject({
      code: 'ERR_OPTIONS_INVALID',
      message: /createSessions/u,
    })
  })

  it.each<[string, unknown]>([
    ['a name that is no text', { as: 5 }],
    ['a name that is empty', { as: '' }],
    ['no name', { as: null }],
    ['a name that Fastify has', { as: 'headers' }],
    ['a name of every object', { as: '__proto__' }],
    ['a misspelt option', { name: 'admin' }],
  ])('rejects with %s', async (_what, options) => {
    const { app, sessions } = setting()
    // The cast: JavaScript lets it pass.
    const given = Object.assign({ sessions }, options as object)
    await expect(app.register(encryptedSession, given)).rejects.toMatchObject({ code: 'ERR_OPTIONS_INVALID' })
  })

  it('rejects for a name that another plugin has taken, and says what to do', async () => {
    const { app, sessions } = setting()
    app.decorateRequest('session', { getter: () => expect.fail('not called') })
    await expect(app.register(encryptedSession, { sessions })).rejects.toMatchObject({
      code: 'ERR_OPTIONS_INVALID',
      message: /request\.session .*as:/u,
    })
  })

  it('gives a session to the routes of its scope and to no others', async () => {
    const { app, sessions } = setting()
    await app.register(async (scope) => {
      await scope.register(encryptedSession, { sessions })
      scope.get('/inside', (request) => ({ has: 'session' in request, origin: request.session.origin }))
    })
    app.get('/outside', (request) => ({ has: 'session' in request }))
    expect((await app.inject('/inside')).json()).toEqual({ has: true, origin: 'fresh' })
    expect(
      (await app.inject({ url: '/outside', headers: { cookie: `${sessions.cookieName}=rubbish` } })).json(),
    ).toEqual({ has: false })
  })

  it('gives a session to child scopes and to hooks that were added after it', async () => {
    const { app } = await registered()
    await app.register(async (scope) => {
      scope.addHook('preHandler', async ({ session }) => {
        session.data.tags.push('hook')
      })
      scope.get('/child', ({ session }) => session.data.tags)
    })
    const response = await app.inject('/child')
    expect(response.json()).toEqual(['hook'])
    expect(setCookies(response)).toHaveLength(1)
  })

  it('under two names opens once and writes once', async () => {
    const { app, sessions, events } = setting()
    await app.register(encryptedSession, { sessions })
    await app.register(encryptedSession, { sessions, as: 'again' })
    app.get('/', ({ session, again }) => {
      session.data.note = 'by one'
      again.data.tags.push('by the other')
      return { same: session === again }
    })
    const first = await app.inject('/')
    expect(first.json()).toEqual({ same: true })
    expect(setCookies(first)).toHaveLength(1)
    await app.inject({ url: '/', headers: { cookie: cookieAfter(first) } })
    expect(events.map(({ type }) => type)).toEqual(['sealed', 'opened', 'sealed'])
  })

  it('under two names tells of a late change once', async () => {
    const { app, sessions, events } = setting()
    await app.register(encryptedSession, { sessions })
    await app.register(encryptedSession, { sessions, as: 'again' })
    app.get('/', ({ session }, reply) => {
      note(session)
      reply.raw.end('raw')
    })
    const finished = new Promise<void>((resolve) => {
      app.addHook('onResponse', async () => {
        resolve()
      })
    })
    await createClient(await app.listen({ port: 0 })).get('/')
    await finished
    expect(events).toMatchObject([{ type: 'uncommitted', reason: 'late' }])
  })

  it('with two sessions gives each its own cookie', async () => {
    const { app, sessions } = setting()
    const admin = createSessions({
      keyring: () => parseKeyring(key),
      initial: (): { rights: string[] } => ({ rights: [] }),
      cookie: { name: '__Host-admin' },
    })
    await app.register(encryptedSession, { sessions })
    await app.register(encryptedSession, { sessions: admin, as: 'adminSession' })
    app.get('/', ({ session, adminSession }) => {
      session.data.note = 'a visitor'
      adminSession.data.rights.push('write')
      return { session: session.data, admin: adminSession.data }
    })
    app.get('/admin-logout', ({ adminSession }) => {
      adminSession.destroy()
      return 'ok'
    })
    const first = await app.inject('/')
    expect(new Set(setCookies(first).map((line) => line.split('=')[0]))).toEqual(
      new Set(['__Host-admin', '__Host-Http-session']),
    )
    const cookies = cookieAfter(first)
    expect((await app.inject({ url: '/', headers: { cookie: cookies } })).json()).toEqual({
      session: { note: 'a visitor', tags: [] },
      admin: { rights: ['write', 'write'] },
    })
    expect(cookieAfter(await app.inject({ url: '/admin-logout', headers: { cookie: cookies } }))).toBe('__Host-admin=')
    const swapped = cookies.replace(/__Host-admin=[^;]*/u, (text) =>
      text.replace('__Host-admin', '__Host-Http-session'),
    )
    expect((await app.inject({ url: '/', headers: { cookie: swapped } })).json()).toMatchObject({
      admin: { rights: ['write'] },
    })
  })
})

describe('assigning', () => {
  it('to request.session throws and names data', async () => {
    const { app } = await registered()
    app.get('/assign', (request) => {
      // @ts-expect-error what people coming from other session plugins write
      request.session = { note: 'lost' }
    })
    const response = await app.inject('/assign')
    expect([response.statusCode, response.json()]).toMatchObject([
      500,
      { code: 'ERR_SESSION_ASSIGNED', message: /request\.session\.data/u },
    ])
  })

  it('to a property of request.session throws', async () => {
    const { app } = await registered()
    app.get('/assign', ({ session }) => {
      Object.assign(session, { user: 'Ada' })
    })
    expect((await app.inject('/assign')).statusCode).toBe(500)
  })
})

describe('beside @fastify/cookie', () => {
  const options = { parseOptions: { domain: 'shop.example', path: '/shop', httpOnly: false } } as const

  it.each<[string, (app: FastifyInstance, sessions: Sessions<Visit>) => Promise<void>]>([
    [
      'before',
      async (app, sessions) => {
        await app.register(cookie, options)
        await app.register(encryptedSession, { sessions })
      },
    ],
    [
      'after',
      async (app, sessions) => {
        await app.register(encryptedSession, { sessions })
        await app.register(cookie, options)
      },
    ],
  ])('that is registered %s, both cookies go out and keep their own attributes', async (_when, register) => {
    const { app, sessions } = setting()
    await register(app, sessions)
    app.get('/', ({ session, cookies }, reply) => {
      session.data.note = 'written'
      void reply.setCookie('theme', 'dark', { path: '/' })
      return cookies
    })
    const first = await app.inject('/')
    const lines = setCookies(first).toSorted((a, b) => a.length - b.length)
    expect(lines).toEqual([
      'theme=dark; Domain=shop.example; Path=/; SameSite=Lax',
      expect.stringMatching(/^__Host-Http-session=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax$/u),
    ])
    const second = await app.inject({ url: '/', headers: { cookie: cookieAfter(first) } })
    expect(second.json()).toMatchObject({
      theme: 'dark',
      [sessions.cookieName]: cookieAfter(first)
        .split('; ')
        .find((pair) => pair.startsWith(sessions.cookieName))
        ?.slice(sessions.cookieName.length + 1),
    })
  })

  it('that is not there at all, a cookie of the app goes out with the session', async () => {
    const { app } = await registered()
    app.get('/both', ({ session }, reply) => {
      session.data.note = 'written'
      void reply.header('set-cookie', 'theme=dark').header('set-cookie', 'size=large')
      return 'ok'
    })
    expect(setCookies(await app.inject('/both')).map((line) => line.split('=')[0])).toEqual([
      'theme',
      'size',
      '__Host-Http-session',
    ])
  })
})

describe('a Secure cookie', () => {
  it.each([
    ['that the app trusts is no cause for an event', true, ['sealed']],
    ['that the app does not know of is written all the same, with an event', false, ['sealed', 'insecure-transport']],
  ])('behind a proxy %s', async (_what, trustProxy, expected) => {
    const { app, events } = await registered({ trustProxy })
    const response = await app.inject({
      url: '/write',
      headers: { host: 'shop.example', 'x-forwarded-proto': 'https' },
    })
    expect(setCookies(response)[0]).toContain('; Secure;')
    expect(events.map(({ type }) => type).toSorted()).toEqual(expected.toSorted())
  })
})

describe('a response', () => {
  it.each<[string, (app: FastifyInstance) => unknown, number]>([
    ['returned', (app) => app.get('/', ({ session }) => note(session)), 200],
    ['sent', (app) => app.get('/', ({ session }, reply) => void reply.send(note(session))), 200],
    [
      'sent later',
      (app) =>
        app.get('/', ({ session }, reply) => {
          setTimeout(() => void reply.send(note(session)), 5)
        }),
      200,
    ],
    ['streamed', (app) => app.get('/', ({ session }, reply) => reply.send(Readable.from([note(session)]))), 200],
    ['of web streams', (app) => app.get('/', ({ session }, reply) => reply.send(new Response(note(session)))), 200],
    ['redirected', (app) => app.get('/', ({ session }, reply) => reply.redirect(`/${note(session)}`, 303)), 303],
    [
      'without a body',
      (app) => app.get('/', ({ session }, reply) => reply.code(note(session) === '' ? 500 : 204).send()),
      204,
    ],
    [
      'sent from a hook',
      (app) =>
        app.get('/', { preHandler: async ({ session }, reply) => reply.code(403).send(note(session)) }, () => ''),
      403,
    ],
    [
      'of the handler for 404',
      (app) => app.setNotFoundHandler(({ session }, reply) => reply.code(404).send(note(session))),
      404,
    ],
  ])('%s carries the session', async (_what, route, status) => {
    const { app } = await registered()
    route(app)
    const response = await app.inject('/')
    expect(response.statusCode).toBe(status)
    expect(setCookies(response)).toHaveLength(1)
    expect(response.headers['cache-control']).toBe('private, no-store')
    const next = await app.inject({ url: '/read', headers: { cookie: cookieAfter(response) } })
    expect(next.json()).toMatchObject({ origin: 'resumed', note: 'written' })
  })

  const cacheable = { 'cache-control': 'public, max-age=600', 'cdn-cache-control': 'max-age=600', vary: 'Accept' }

  it.each<[string, (app: FastifyInstance) => unknown]>([
    ['in a Response', (app) => app.get('/', ({ session }) => new Response(note(session), { headers: cacheable }))],
    [
      'in a hook that comes later',
      (app) =>
        app
          .addHook('onSend', async (_request, reply, payload) => {
            reply.headers(cacheable)
            return payload
          })
          .get('/', ({ session }) => note(session)),
    ],
    [
      'on reply.raw',
      (app) =>
        app.get('/', async ({ session }, reply) => {
          note(session)
          await session.commit()
          reply.hijack()
          reply.raw.writeHead(200, cacheable).end('ok')
        }),
    ],
    [
      'after an early commit',
      (app) =>
        app.get('/', async ({ session }, reply) => {
          const text = note(session)
          await session.commit()
          return reply.headers(cacheable).send(text)
        }),
    ],
  ])('with a cookie is stored by no cache, though the app says %s that it may be', async (_what, route) => {
    const { app } = await registered()
    route(app)
    const { get } = createClient(await app.listen({ port: 0 }))
    const { headers, setCookies: lines } = await get('/')
    expect(lines).toHaveLength(1)
    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(headers.get('cdn-cache-control')).toBe('private, no-store')
    expect(headers.get('vary')).toBe('Accept, Cookie')
  })

  it('that is a Response with cookies of its own carries all', async () => {
    const { app } = await registered()
    app.get('/', ({ session }) => {
      note(session)
      return new Response('ok', {
        headers: [
          ['set-cookie', 'theme=dark'],
          ['set-cookie', 'size=large'],
        ],
      })
    })
    expect(setCookies(await app.inject('/')).map((line) => line.split('=')[0])).toEqual([
      'theme',
      'size',
      '__Host-Http-session',
    ])
  })

  it('that was fetched elsewhere carries the session beside what came with it', async () => {
    const { app } = await registered()
    app.get('/elsewhere', (_request, reply) => reply.headers({ ...cacheable, 'set-cookie': 'upstream=1' }).send('ok'))
    app.get('/', async ({ session, host }) => {
      note(session)
      return fetch(`http://${host}/elsewhere`)
    })
    const response = await createClient(await app.listen({ port: 0 })).get('/')
    expect(response.setCookies.map((line) => line.split('=')[0])).toEqual(['upstream', '__Host-Http-session'])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('with trailers carries the session', async () => {
    const { app } = await registered()
    app.get('/', ({ session }, reply) => {
      reply.trailer('x-length', async () => '2')
      return reply.send(note(session))
    })
    const response = await app.inject('/')
    expect([setCookies(response).length, response.trailers]).toEqual([1, { 'x-length': '2' }])
  })

  it('for a path that nobody serves sets nothing', async () => {
    const { app } = await registered()
    const response = await app.inject('/nowhere')
    expect([response.statusCode, setCookies(response), response.headers.vary]).toEqual([404, [], undefined])
  })

  it.each([
    ['before', true],
    ['after', false],
  ])(
    'that @fastify/compress, registered %s, makes smaller carries the session and varies by both',
    async (_when, isFirst) => {
      const { app, sessions } = setting()
      if (isFirst) await app.register(compress, { threshold: 0 })
      await app.register(encryptedSession, { sessions })
      if (!isFirst) await app.register(compress, { threshold: 0 })
      app.get('/', ({ session }) => ({ note: note(session), filler: 'x'.repeat(2000) }))
      const response = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } })
      expect(response.headers['content-encoding']).toBe('gzip')
      expect(String(response.headers.vary).toLowerCase().split(/, */u).toSorted()).toEqual([
        'accept-encoding',
        'cookie',
      ])
      expect(setCookies(response)).toHaveLength(1)
    },
  )

  it('over HTTP/2 carries the session, and crumbs of one Cookie header are read together', async () => {
    const { sessions, events } = setting()
    const app = fastify({ http2: true })
    running.push(app)
    await app.register(encryptedSession, { sessions })
    app.get('/', ({ session }) => {
      session.data.tags.push('visit')
      return session.data.tags
    })
    await app.listen({ port: 0 })
    const client = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
    // First: the server of Node 22 ends only when its clients have gone.
    running.unshift(client)
    const get = async (crumbs: string[]): Promise<{ body: string; cookies: string[] }> => {
      const stream = client.request({
        ':path': '/',
        ':authority': 'shop.example',
        ...(crumbs.length > 0 && { cookie: crumbs }),
      })
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
    // HTTP/2 has another name for the host.
    expect(events).toContainEqual(expect.objectContaining({ type: 'insecure-transport', host: 'shop.example' }))
  })
})

describe('an error', () => {
  it.each<[string, (app: FastifyInstance) => unknown]>([
    ['that a handler throws', (app) => app.get('/', ({ session }) => fail(session, 409))],
    ['that a handler sends', (app) => app.get('/', ({ session }, reply) => reply.send(errorOf(session, 409)))],
    ['that a hook throws', (app) => app.get('/', { preHandler: async ({ session }) => fail(session, 409) }, () => '')],
    [
      'that an error handler answers',
      (app) =>
        app
          .setErrorHandler((_error, _request, reply) => reply.code(409).send({}))
          .get('/', ({ session }) => fail(session, 500)),
    ],
    [
      'in whose handler the session is changed',
      (app) =>
        app
          .setErrorHandler((_error, { session }, reply) => reply.code(409).send({ note: note(session) }))
          .get('/', () => {
            throw new Error('unexpected')
          }),
    ],
  ])('%s below 500 carries the session', async (_what, route) => {
    const { app } = await registered()
    route(app)
    const response = await app.inject('/')
    expect(response.statusCode).toBe(409)
    const next = await app.inject({ url: '/read', headers: { cookie: cookieAfter(response) } })
    expect(next.json()).toMatchObject({ note: 'written' })
  })

  it.each<[string, (app: FastifyInstance) => unknown]>([
    ['that a handler throws', (app) => app.get('/', ({ session }) => fail(session, 500))],
    ['that a hook throws', (app) => app.get('/', { preHandler: async ({ session }) => fail(session, 503) }, () => '')],
    ['that comes as a Response', (app) => app.get('/', ({ session }) => new Response(note(session), { status: 503 }))],
    [
      'that comes as the Response that stands for one',
      (app) =>
        app.get('/', ({ session }) => {
          note(session)
          return Response.error()
        }),
    ],
    [
      'that an error handler throws again',
      (app) =>
        app
          .setErrorHandler((error) => {
            throw error
          })
          .get('/', ({ session }) => fail(session, 500)),
    ],
  ])('%s from 500 on carries nothing, and an event says so', async (_what, route) => {
    const { app, events } = await registered()
    route(app)
    const response = await app.inject('/')
    expect(response.statusCode).toBeGreaterThanOrEqual(500)
    expect(setCookies(response)).toEqual([])
    expect(response.headers.vary).toBe('Cookie')
    expect(events).toMatchObject([{ type: 'uncommitted', reason: 'failed-response' }])
  })

  it('after destroy still clears', async () => {
    const { app } = await registered()
    app.get('/logout', ({ session }) => {
      session.destroy()
      throw new Error('unexpected')
    })
    const first = await app.inject('/write')
    const response = await app.inject({ url: '/logout', headers: { cookie: cookieAfter(first) } })
    expect(response.statusCode).toBe(500)
    expect(cookieAfter(response)).toBe('__Host-Http-session=')
  })

  it('after destroy, as a Response, still clears', async () => {
    const { app } = await registered()
    app.get('/logout', ({ session }) => {
      session.destroy()
      return new Response('', { status: 503 })
    })
    const response = await app.inject({
      url: '/logout',
      headers: { cookie: cookieAfter(await app.inject('/write')) },
    })
    expect([response.statusCode, cookieAfter(response)]).toEqual([503, '__Host-Http-session='])
  })

  it('of a store at a logout is answered with 503, and the cookie is cleared once', async () => {
    const { port } = createMemoryRevocation()
    const sessions = createSessions({
      keyring: () => parseKeyring(key),
      revocation: createRevocation({ ...port, revoke: () => Promise.reject(new Error('connection lost')) }),
    })
    const app = fastify()
    await app.register(encryptedSession, { sessions })
    app.get('/', ({ session }) => {
      session.destroy()
      return 'bye'
    })
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    const response = await app.inject({ url: '/', headers: { cookie: cookieHeader } })
    expect([response.statusCode, setCookies(response).map((line) => line.split(';')[0])]).toEqual([
      503,
      ['__Host-Http-session='],
    ])
  })

  it('because the session is too large is answered with 413 and leaves the cookie', async () => {
    const { app } = await registered()
    app.get('/large', ({ session }) => {
      session.data.note = Array.from({ length: 500 }, () => crypto.randomUUID()).join('')
      return 'ok'
    })
    const response = await app.inject('/large')
    expect([response.statusCode, setCookies(response)]).toEqual([413, []])
    expect(response.json()).toMatchObject({ code: 'ERR_SESSION_TOO_LARGE' })
  })

  it('because the data cannot be encoded is answered with 500 and leaves the cookie', async () => {
    const { app } = await registered()
    app.get('/unencodable', ({ session }) => {
      Object.assign(session.data, { when: () => 'now' })
      return 'ok'
    })
    const response = await app.inject('/unencodable')
    expect([response.statusCode, setCookies(response)]).toEqual([500, []])
    expect(response.json()).toMatchObject({ code: 'ERR_DATA_INVALID' })
  })

  it('because the revocation store cannot answer is answered with 503, which may be asked again', async () => {
    const { port } = createMemoryRevocation()
    const sessions = createSessions({
      keyring: () => parseKeyring(key),
      revocation: createRevocation({ ...port, check: () => Promise.reject(new Error('connection lost')) }),
    })
    const app = fastify()
    await app.register(encryptedSession, { sessions })
    app.get('/', ({ session }) => session.data)
    app.get('/health', () => 'ok')
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    const headers = { cookie: cookieHeader }
    const response = await app.inject({ url: '/', headers })
    expect([response.statusCode, setCookies(response)]).toEqual([503, []])
    expect(response.headers).toMatchObject({ 'retry-after': '5', vary: 'Cookie' })
    expect((await app.inject({ url: '/health', headers })).statusCode).toBe(200)
  })

  it('while the session is opened is answered with 500, and the next request is served', async () => {
    const { app, sessions } = setting()
    let isBroken = true
    await app.register(encryptedSession, {
      sessions: {
        ...sessions,
        attach(request, jar) {
          const { handle, isOwner } = sessions.attach(request, jar)
          return {
            isOwner,
            handle: isBroken ? { ...handle, open: () => Promise.reject(new Error('no keyring')) } : handle,
          }
        },
      },
    })
    app.get('/', ({ session }) => note(session))
    expect((await app.inject('/')).statusCode).toBe(500)
    isBroken = false
    expect((await app.inject('/')).statusCode).toBe(200)
  })
})

describe('a response that passes Fastify by', () => {
  it('carries the session when the handler commits before it begins', async () => {
    const { app, events } = await registered()
    app.get('/raw', async ({ session }, reply) => {
      reply.hijack()
      reply.raw.setHeader('vary', 'Accept')
      reply.raw.setHeader('set-cookie', 'theme=dark')
      session.data.note = 'written'
      await session.commit()
      reply.raw.end('raw')
    })
    const client = createClient(await app.listen({ port: 0 }))
    const response = await client.get('/raw')
    expect(response.text).toBe('raw')
    expect(response.headers.get('vary')).toBe('Accept, Cookie')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.setCookies.map((line) => line.split('=')[0])).toEqual(['theme', '__Host-Http-session'])
    expect((await client.get('/read')).json()).toMatchObject({ note: 'written' })
    expect(events.map(({ type }) => type)).toEqual(['sealed', 'opened'])
  })

  it.each<[string, (app: FastifyInstance) => unknown]>([
    [
      'hijacked',
      (app) =>
        app.get('/raw', ({ session }, reply) => {
          reply.hijack()
          note(session)
          reply.raw.end('raw')
        }),
    ],
    [
      'written to reply.raw',
      (app) =>
        app.get('/raw', ({ session }, reply) => {
          note(session)
          reply.raw.end('raw')
        }),
    ],
  ])('%s without a commit loses the change, and an event says so', async (_what, route) => {
    const { app, events } = await registered()
    route(app)
    const response = await createClient(await app.listen({ port: 0 })).get('/raw')
    expect([response.text, response.setCookies]).toEqual(['raw', []])
    await expect.poll(() => events).toMatchObject([{ type: 'uncommitted', reason: 'late' }])
  })

  it('without a change is no event', async () => {
    const { app, events } = await registered()
    app.get('/raw', ({ session }, reply) => {
      reply.hijack()
      reply.raw.end(session.origin)
    })
    const finished = new Promise<void>((resolve) => {
      app.addHook('onResponse', async () => {
        resolve()
      })
    })
    expect((await createClient(await app.listen({ port: 0 })).get('/raw')).text).toBe('fresh')
    await finished
    expect(events).toEqual([])
  })

  it('tells of a change while the body was streaming', async () => {
    const { app, events } = await registered()
    app.get('/late', ({ session }, reply) => {
      session.data.note = 'in time'
      return reply.send(
        Readable.from(
          (async function* body() {
            yield 'one'
            await new Promise((resolve) => setTimeout(resolve, 20))
            session.data.note = 'too late'
            yield 'two'
          })(),
        ),
      )
    })
    const client = createClient(await app.listen({ port: 0 }))
    expect((await client.get('/late')).text).toBe('onetwo')
    expect((await client.get('/read')).json()).toMatchObject({ note: 'in time' })
    await expect
      .poll(() => events.map((event) => (event.type === 'uncommitted' ? event.reason : event.type)))
      .toEqual(['sealed', 'late', 'opened'])
  })
})

function note(session: Session<Visit>): string {
  session.data.note = 'written'
  return 'ok'
}

function errorOf(session: Session<Visit>, statusCode: number): Error {
  note(session)
  return Object.assign(new Error('refused'), { statusCode })
}

function fail(session: Session<Visit>, statusCode: number): never {
  throw errorOf(session, statusCode)
}
