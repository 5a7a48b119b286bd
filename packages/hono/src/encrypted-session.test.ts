import {
  createSessions,
  generateKey,
  parseKeyring,
  type Session,
  type SessionEvent,
  type Sessions,
} from '@encrypted-session/core'
import { createRevocation } from '@encrypted-session/core/revocation'
import { createMemoryRevocation, sealSession } from '@encrypted-session/testing'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { every, some } from 'hono/combine'
import { compress } from 'hono/compress'
import { cors } from 'hono/cors'
import { etag, RETAINED_304_HEADERS } from 'hono/etag'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { stream, streamSSE, streamText } from 'hono/streaming'
import { describe, expect, it } from 'vitest'
import { encryptedSession, type SessionEnv } from './index.ts'

interface Visit {
  note?: string
  tags: string[]
}

type Env = SessionEnv<Sessions<Visit>>
type App = Hono<Env>

const key = await generateKey()

interface Setting {
  readonly sessions: Sessions<Visit>
  readonly events: SessionEvent[]
  readonly app: App
}

function setting(): Setting {
  const events: SessionEvent[] = []
  const sessions = createSessions({
    keyring: () => parseKeyring(key),
    initial: (): Visit => ({ tags: [] }),
    onEvent: (event) => events.push(event),
  })
  return { sessions, events, app: quiet() }
}

/** An app that answers errors as Hono does, and prints nothing. */
function quiet(): App {
  const app: App = new Hono()
  app.onError((error, c) => {
    const code = 'code' in error ? String(error.code) : error.message
    return 'getResponse' in error && typeof error.getResponse === 'function'
      ? c.newResponse(code, error.getResponse())
      : c.text(code, 500)
  })
  return app
}

/** An app whose one interesting route changes the session and answers as the test wants. */
function mounted(): Setting {
  const all = setting()
  all.app.use(encryptedSession(all.sessions))
  withReadAndWrite(all.app)
  return all
}

function withReadAndWrite(app: App): void {
  app.get('/read', ({ var: { session } }) => Response.json({ origin: session.origin, ...session.data }))
  app.get('/write', (c) => c.text(note(c)))
}

/** The Cookie header of a browser that got this response. */
function cookieAfter(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

function get(app: App, path: string, cookie = '', headers: Record<string, string> = {}): Promise<Response> {
  return Promise.resolve(app.request(path, { headers: { ...headers, ...(cookie !== '' && { cookie }) } }))
}

/** What the next request of the browser that got this response reads. */
async function readAfter(app: App, response: Response): Promise<unknown> {
  return (await get(app, '/read', cookieAfter(response))).json()
}

describe('mounting', () => {
  it('gives a session to what comes after it on its path, and to nothing else', async () => {
    const { app, sessions } = setting()
    app.get('/before', (c) => c.json({ has: 'session' in c.var }))
    app.use('/inside/*', encryptedSession(sessions))
    app.get('/inside/here', (c) => c.json({ has: 'session' in c.var }))
    app.get('/outside', (c) => c.json({ has: 'session' in c.var }))
    const answers = await Promise.all(
      ['/before', '/inside/here', '/outside'].map(async (path) => (await app.request(path)).json()),
    )
    expect(answers).toEqual([{ has: false }, { has: true }, { has: false }])
  })

  it.each<[string, (all: Setting, inner: App) => unknown]>([
    ['of a sub-app has it', ({ app, sessions }, inner) => app.use(encryptedSession(sessions)).route('/sub', inner)],
    [
      'of a sub-app that mounts it itself has it',
      ({ app, sessions }, inner) => {
        const own: App = new Hono()
        own.use(encryptedSession(sessions))
        app.route('/sub', own.route('/', inner))
      },
    ],
    [
      'under a base path has it',
      ({ app, sessions }, inner) => app.basePath('/sub').use(encryptedSession(sessions)).route('/', inner),
    ],
    [
      'of a sub-app with its own onError has it',
      ({ app, sessions }, inner) => {
        inner.onError((_error, c) => c.text('inner', 409))
        app.use(encryptedSession(sessions)).route('/sub', inner)
      },
    ],
  ])('a route %s', async (_what, mount) => {
    const all = setting()
    const inner: App = new Hono()
    inner.get('/write', (c) => c.text(note(c)))
    mount(all, inner)
    const response = await all.app.request('/sub/write')
    expect([response.status, response.headers.getSetCookie()]).toMatchObject([200, { length: 1 }])
  })

  it('under two names opens once and writes once', async () => {
    const { app, sessions, events } = setting()
    const both = app.use(encryptedSession(sessions)).use(encryptedSession(sessions, { as: 'again' }))
    both.get('/', ({ var: { session, again } }) => {
      session.data.note = 'by one'
      again.data.tags.push('by the other')
      return Response.json({ same: session === again })
    })
    const first = await both.request('/')
    expect(await first.json()).toEqual({ same: true })
    expect(first.headers.getSetCookie()).toHaveLength(1)
    await both.request('/', { headers: { cookie: cookieAfter(first) } })
    expect(events.map(({ type }) => type)).toEqual(['sealed', 'opened', 'sealed'])
  })

  it('in an app and again in its sub-app, behind middleware that replaces the request, is one session', async () => {
    const { app, sessions, events } = setting()
    const inner: App = new Hono()
    inner.use(encryptedSession(sessions)).post('/write', async (c) => {
      c.var.session.data.note = await c.req.text()
      return c.text('ok')
    })
    app
      .use(encryptedSession(sessions))
      .use(bodyLimit({ maxSize: 100 }))
      .route('/sub', inner)
    const body = new Response('streamed').body
    const response = await app.request('/sub/write', { method: 'POST', body, duplex: 'half' })
    expect([response.status, response.headers.getSetCookie()]).toMatchObject([200, { length: 1 }])
    expect(events.map(({ type }) => type)).toEqual(['sealed'])
  })

  it('twice is written once the outer one is done, with what was changed between the two', async () => {
    const { app, sessions } = setting()
    app.use(encryptedSession(sessions))
    app.use(async (c, next) => {
      await next()
      c.var.session.data.tags.push('between')
    })
    app.use(encryptedSession(sessions))
    withReadAndWrite(app)
    const response = await app.request('/write')
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(await readAfter(app, response)).toMatchObject({ note: 'written', tags: ['between'] })
  })

  it('in an app that is mounted whole, what the inner one writes goes out', async () => {
    const { app, sessions } = setting()
    const inner: App = new Hono()
    withReadAndWrite(inner.use(encryptedSession(sessions)))
    app.use(encryptedSession(sessions))
    app.all('/whole/:path', (c) => inner.fetch(new Request(`http://localhost/${c.req.param('path')}`, c.req.raw)))
    const first = await get(app, '/whole/write')
    expect(first.headers.getSetCookie()).toHaveLength(1)
    expect(await (await get(app, '/whole/read', cookieAfter(first))).json()).toMatchObject({ note: 'written' })
  })

  it('with two sessions gives each its own cookie', async () => {
    const { app, sessions } = setting()
    const admin = createSessions({
      keyring: () => parseKeyring(key),
      initial: (): { rights: string[] } => ({ rights: [] }),
      cookie: { name: '__Host-admin' },
    })
    const both = app.use(encryptedSession(sessions)).use(encryptedSession(admin, { as: 'adminSession' }))
    both.get('/', ({ var: { session, adminSession } }) => {
      session.data.note = 'a visitor'
      adminSession.data.rights.push('write')
      return Response.json({ session: session.data, admin: adminSession.data })
    })
    both.get('/admin-logout', (c) => {
      c.var.adminSession.destroy()
      return c.text('ok')
    })
    const first = await both.request('/')
    const cookie = cookieAfter(first)
    expect(cookie.split('; ').map((pair) => pair.split('=')[0])).toEqual(['__Host-admin', '__Host-Http-session'])
    expect(await (await both.request('/', { headers: { cookie } })).json()).toEqual({
      session: { note: 'a visitor', tags: [] },
      admin: { rights: ['write', 'write'] },
    })
    expect(cookieAfter(await both.request('/admin-logout', { headers: { cookie } }))).toBe('__Host-admin=')
  })

  it('after another alternative of `some` has failed, writes what this one does', async () => {
    const { app, sessions, events } = setting()
    const guard: MiddlewareHandler<Env> = (c) => {
      note(c)
      throw new HTTPException(401)
    }
    app.use(some(every(encryptedSession(sessions), guard), encryptedSession(sessions)))
    withReadAndWrite(app)
    const response = await get(app, '/write')
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(events).toMatchObject([{ type: 'uncommitted', reason: 'failed-response' }, { type: 'sealed' }])
    expect(await readAfter(app, response)).toMatchObject({ note: 'written' })
  })

  it('in an alternative of `some` that has failed, does not write what another one does, and tells so', async () => {
    const { app, sessions, events } = setting()
    const over = Promise.withResolvers<void>()
    const guard: MiddlewareHandler<Env> = () => {
      throw new HTTPException(401)
    }
    app.use(some(every(encryptedSession(sessions), guard), (_c, next) => next()))
    withReadAndWrite(app)
    app.get('/login', (c) => {
      c.var.session.regenerate({ subject: 'ada' })
      return c.text('ok')
    })
    const response = await app.request('/write', {}, { completed: over.promise })
    over.resolve()
    expect([response.status, response.headers.getSetCookie()]).toEqual([200, []])
    await expect.poll(() => events).toMatchObject([{ type: 'uncommitted', reason: 'late' }])
    expect(await (await app.request('/login')).text()).toBe('ERR_SESSION_COMMITTED')
  })

  it.each<[string, unknown[]]>([
    ['nothing', []],
    ['null', [null]],
    ['options of sessions', [{ keyring: () => parseKeyring(key) }]],
    ['sessions in an object', [{ sessions: setting().sessions }]],
    ['options that are null', [setting().sessions, null]],
    ['a name without its object', [setting().sessions, 'adminSession']],
    ['a misspelt option', [setting().sessions, { sa: 'adminSession' }]],
    ['an empty name', [setting().sessions, { as: '' }]],
  ])('with %s is refused at once', (_what, given) => {
    // The cast is what JavaScript does.
    const [sessions, options] = given as Parameters<typeof encryptedSession>
    expect(() => encryptedSession(sessions, options)).toThrow(expect.objectContaining({ code: 'ERR_OPTIONS_INVALID' }))
  })

  it('with a wrong key makes requests fail that have a cookie, and others not', async () => {
    const sessions = createSessions({
      keyring: () => parseKeyring('my-secret-password'),
      initial: () => ({ tags: [] }),
    })
    const app = quiet()
      .use(encryptedSession(sessions))
      .get('/', (c) => c.text('ok'))
    const answers = await Promise.all([
      app.request('/'),
      app.request('/', { headers: { cookie: `${sessions.cookieName}=rubbish` } }),
    ])
    expect(await Promise.all(answers.map((response) => response.text()))).toEqual(['ok', 'ERR_KEYRING_INVALID'])
  })
})

describe('assigning', () => {
  it.each<[string, (app: App) => unknown]>([
    [
      'something to c.var.session',
      (app) =>
        app.get('/', (c) => {
          note(c)
          // @ts-expect-error what people coming from other session middleware write
          c.set('session', { note: 'lost' })
          return c.text('ok')
        }),
    ],
    [
      'another session under the same name',
      (app) => {
        const other = createSessions({ keyring: () => parseKeyring(key), cookie: { name: '__Host-other' } })
        app.use(encryptedSession(other)).get('/', (c) => c.text('ok'))
      },
    ],
  ])('%s is an error that names the remedy, and nothing is written', async (_what, route) => {
    const { app } = mounted()
    const errors: Error[] = []
    app.onError((error, c) => {
      errors.push(error)
      return c.text('failed', 500)
    })
    route(app)
    const response = await app.request('/')
    expect([response.status, response.headers.getSetCookie()]).toEqual([500, []])
    expect(errors).toMatchObject([{ code: 'ERR_SESSION_ASSIGNED', message: /c\.var\.session.*data.*destroy/u }])
  })

  it('does not hide what the handler throws', async () => {
    const { app } = mounted()
    app.get('/', (c) => {
      // @ts-expect-error what people coming from other session middleware write
      c.set('session', null)
      throw new HTTPException(418)
    })
    expect((await app.request('/')).status).toBe(418)
  })

  it('a property of c.var.session is an error', async () => {
    const { app } = mounted()
    app.get('/', (c) => c.json(Object.assign(c.var.session, { user: 'Ada' })))
    expect(await (await app.request('/')).text()).toBe('ERR_SESSION_ASSIGNED')
  })
})

/** Ways in which Hono users answer. Each changes the session first. */
const ANSWERS: readonly [string, (app: App) => unknown, number][] = [
  ['of c.text', (app) => app.get('/', (c) => c.text(note(c))), 200],
  ['of c.json', (app) => app.get('/', (c) => c.json({ note: note(c) })), 200],
  ['of c.html', (app) => app.get('/', (c) => c.html(note(c))), 200],
  ['made by hand', (app) => app.get('/', (c) => new Response(note(c))), 200],
  ['made before the change', (app) => app.get('/', (c) => answeredFirst(c, c.text('ok'))), 200],
  ['whose headers cannot be changed', (app) => app.get('/', (c) => unchangeable(c)), 303],
  ['of streamText', (app) => app.get('/', (c) => streamText(c, async (out) => void (await out.writeln(note(c))))), 200],
  ['of streamSSE', (app) => app.get('/', (c) => streamSSE(c, (out) => out.writeSSE({ data: note(c) }))), 200],
  ['of stream', (app) => app.get('/', (c) => stream(c, (out) => out.pipe(streamOf(note(c))))), 200],
  ['that redirects', (app) => app.get('/', (c) => c.redirect(`/${note(c)}`, 303)), 303],
  ['without a body', (app) => app.get('/', (c) => empty(c)), 204],
  ['of c.notFound', (app) => app.get('/', (c) => answeredFirst(c, c.notFound())), 404],
  ['of the handler for 404', (app) => app.notFound((c) => c.text(note(c), 404)), 404],
  [
    'put in the place of another',
    (app) =>
      app.get('/', async (c, next) => {
        note(c)
        await next()
        c.res = new Response('replaced', { status: 202 })
      }),
    202,
  ],
  ['of a middleware that calls nobody', (app) => app.use(async (c) => c.text(note(c), 403)), 403],
]

describe('a response', () => {
  it.each(ANSWERS)('%s carries the session', async (_what, route, status) => {
    const { app } = mounted()
    route(app)
    const response = await app.request('/')
    expect(response.status).toBe(status)
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(await readAfter(app, response)).toMatchObject({ origin: 'resumed', note: 'written' })
  })

  it.each(ANSWERS)('%s carries the session also to HEAD', async (_what, route, status) => {
    const { app } = mounted()
    route(app)
    const response = await app.request('/', { method: 'HEAD' })
    expect([response.status, response.body, response.headers.getSetCookie()]).toMatchObject([
      status,
      null,
      { length: 1 },
    ])
  })

  it('arrives whole', async () => {
    const { app } = mounted()
    app.get('/', (c) =>
      streamText(c, async (out) => {
        for (const part of ['one ', 'two ', note(c)]) await out.write(part)
      }),
    )
    expect(await (await app.request('/')).text()).toBe('one two ok')
  })

  it('to which nothing was written is the very object that the handler returned', async () => {
    const { app } = mounted()
    const own = new Response('ok')
    app.get('/', () => own)
    expect(await app.request('/')).toBe(own)
  })

  it('keeps cookies of the app', async () => {
    const { app } = mounted()
    app.get('/', (c) => {
      c.header('set-cookie', 'theme=dark', { append: true })
      c.header('set-cookie', 'size=large', { append: true })
      return c.text(note(c))
    })
    const cookies = cookieAfter(await app.request('/')).split('; ')
    expect(cookies.map((pair) => pair.split('=')[0])).toEqual(['theme', 'size', '__Host-Http-session'])
  })

  it('of a handler that commits early names its cookie, and is no more cacheable than another', async () => {
    const { app, events } = mounted()
    app.get('/', async (c) => {
      note(c)
      await c.var.session.commit()
      c.header('cache-control', 'public, max-age=60')
      return c.json({ bytes: c.var.session.cookie?.bytes })
    })
    const response = await app.request('/')
    expect(await response.json()).toEqual({ bytes: cookieAfter(response).length - 1 })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(events.map(({ type }) => type)).toEqual(['sealed'])
  })
})

/** One response object, made once, that every visitor gets. */
const SHARED: readonly [string, (app: App, shared: Response) => unknown][] = [
  ['returned by a handler', (app, shared) => app.get('/', (c) => answeredFirst(c, shared))],
  [
    'returned by a handler behind middleware that sets headers before it',
    (app, shared) => app.use(cors({ origin: 'https://shop.example' })).get('/', (c) => answeredFirst(c, shared)),
  ],
  ['returned by the handler for 404', (app, shared) => app.notFound((c) => answeredFirst(c, shared))],
  ['returned by the handler of errors', (app, shared) => app.get('/', (c) => fail(note(c), 409)).onError(() => shared)],
  [
    'carried by an error',
    (app, shared) => {
      const error = new HTTPException(409, { res: shared })
      app.onError((thrown) => (thrown as HTTPException).getResponse())
      app.get('/', (c) => {
        note(c)
        throw error
      })
    },
  ],
  [
    'put in the place of another',
    (app, shared) =>
      app.get('/', async (c, next) => {
        note(c)
        await next()
        c.res = shared
      }),
  ],
]

describe('one response that every visitor gets', () => {
  it.each(SHARED)('%s hands nobody another visitor’s session', async (_what, route) => {
    const { app } = mounted()
    const shared = new Response(null, { headers: { 'x-shared': 'yes' } })
    route(app, shared)
    const responses = [await app.request('/'), await app.request('/')]
    const cookies = responses.map((response) => response.headers.getSetCookie())
    expect(cookies).toMatchObject([{ length: 1 }, { length: 1 }])
    expect(cookies[0]).not.toEqual(cookies[1])
    expect([...shared.headers]).toEqual([['x-shared', 'yes']])
  })

  it('put in place by middleware outside of ours hands nobody another visitor’s session', async () => {
    const { app, sessions } = setting()
    const shared = new Response(null)
    app.use(async (c, next) => {
      await next()
      c.res = shared
    })
    app.use(encryptedSession(sessions)).get('/', (c) => c.text(note(c)))
    expect((await app.request('/')).headers.getSetCookie()).toHaveLength(1)
    expect([...shared.headers]).toEqual([])
  })

  it('with a body that is used up is an error, and hands nobody another visitor’s session', async () => {
    const { app } = mounted()
    const shared = new Response('once')
    app.get('/', (c) => answeredFirst(c, shared))
    expect(await (await app.request('/')).text()).toBe('once')
    const second = await app.request('/')
    expect([second.status, await second.text()]).toEqual([500, expect.stringMatching(/body/iu)])
    // What was written before the response was found to be of no use: this visitor's own.
    expect(await readAfter(app, second)).toMatchObject({ origin: 'resumed', note: 'written' })
    expect([...shared.headers]).toEqual([['content-type', expect.stringContaining('text/plain')]])
  })

  it('with a body that is used up still clears', async () => {
    const { app } = mounted()
    const bye = new Response('bye')
    app.get('/logout', (c) => {
      c.var.session.destroy()
      return bye
    })
    const cookie = cookieAfter(await app.request('/write'))
    expect(await (await get(app, '/logout', cookie)).text()).toBe('bye')
    const second = await get(app, '/logout', cookie)
    expect([second.status, cookieAfter(second)]).toEqual([500, '__Host-Http-session='])
    expect(second.headers.get('cache-control')).toBe('private, no-store')
  })
})

const MIDDLEWARE: readonly [string, () => MiddlewareHandler, Record<string, unknown>][] = [
  ['etag', () => etag(), { etag: /"/u, vary: 'Cookie' }],
  ['compress', () => compress({ threshold: 0 }), { 'content-encoding': 'gzip', vary: /Accept-Encoding/u }],
  [
    'cors',
    () => cors({ origin: 'https://shop.example', credentials: true }),
    { 'access-control-allow-origin': 'https://shop.example', vary: /Origin/u },
  ],
  ['secureHeaders', () => secureHeaders(), { 'x-frame-options': 'SAMEORIGIN', vary: 'Cookie' }],
]

describe.each(MIDDLEWARE)('beside %s', (_name, middleware, expected) => {
  it.each([
    ['before', (app: App, ours: MiddlewareHandler<Env>) => app.use(middleware()).use(ours)],
    ['after', (app: App, ours: MiddlewareHandler<Env>) => app.use(ours).use(middleware())],
  ])('that is mounted %s, a response has the headers of both', async (_when, mount) => {
    const { app, sessions } = setting()
    mount(app, encryptedSession(sessions))
    withReadAndWrite(app)
    const headers = { 'accept-encoding': 'gzip', origin: 'https://shop.example' }
    const response = await get(app, '/write', '', headers)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      ...Object.fromEntries(
        Object.entries(expected).map(([name, value]) => [
          name,
          value instanceof RegExp ? expect.stringMatching(value) : value,
        ]),
      ),
      'cache-control': 'private, no-store',
    })
    expect(response.headers.get('vary')?.split(', ')).toContain('Cookie')
    expect(await readAfter(app, response)).toMatchObject({ note: 'written' })
  })
})

describe('304', () => {
  it.each<[string, (app: App, sessions: Sessions<Visit>) => unknown]>([
    [
      'of the handler',
      (app, sessions) =>
        app.use(encryptedSession(sessions)).get('/', (c) => {
          note(c)
          return c.body(null, 304)
        }),
    ],
    ['of etag inside of ours', (app, sessions) => app.use(encryptedSession(sessions), etag())],
    [
      'of etag outside of ours that is told to keep cookies',
      (app, sessions) =>
        app.use(etag({ retainedHeaders: [...RETAINED_304_HEADERS, 'set-cookie'] }), encryptedSession(sessions)),
    ],
  ])('%s carries the session', async (_what, mount) => {
    const { app, sessions } = setting()
    mount(app, sessions)
    withReadAndWrite(app)
    app.get('/', (c) => {
      note(c)
      c.header('etag', '"1"')
      return c.text('ok')
    })
    const response = await get(app, '/', '', { 'if-none-match': '"1"' })
    expect([response.status, response.headers.get('vary')]).toEqual([304, 'Cookie'])
    expect(await readAfter(app, response)).toMatchObject({ note: 'written' })
  })
})

describe('an error', () => {
  it.each<[string, (app: App) => unknown]>([
    ['that a handler throws', (app) => app.get('/', (c) => fail(note(c), 409))],
    [
      'that a middleware throws',
      (app) =>
        app.use(async (c, next) => {
          note(c)
          await next()
          throw new HTTPException(409)
        }),
    ],
    ['that the handler for 404 throws', (app) => app.notFound((c) => fail(note(c), 409))],
    [
      'that an error handler answers with a response of its own',
      (app) => app.onError(() => new Response('own', { status: 409 })).get('/', (c) => fail(note(c), 500)),
    ],
    [
      'that the error handler of a sub-app answers',
      (app) => {
        const inner: App = new Hono()
        inner.onError((_error, c) => c.text('inner', 409)).get('/', (c) => fail(note(c), 500))
        app.route('/', inner)
      },
    ],
    [
      'in whose handler the session is changed',
      (app) =>
        app
          .onError((_error, c) => c.text(note(c), 409))
          .get('/', () => {
            throw new Error('unexpected')
          }),
    ],
  ])('%s below 500 carries the session', async (_what, route) => {
    const { app } = mounted()
    // The handler for 404 is called without what answers errors where nothing else matches.
    app.use((_c, next) => next())
    route(app)
    const response = await app.request('/')
    expect(response.status).toBe(409)
    expect(await readAfter(app, response)).toMatchObject({ note: 'written' })
  })

  const FAILURES: readonly [string, (app: App, change: (c: Context<Env>) => void) => unknown][] = [
    [
      'that a handler throws',
      (app, change) =>
        app.get('/', (c) => {
          change(c)
          throw new Error('unexpected')
        }),
    ],
    [
      'that an error handler throws again',
      (app, change) => {
        let count = 0
        app.onError((error, c) => {
          if (count++ === 0) throw error
          return c.text('at last', 500)
        })
        app.get('/', (c) => {
          change(c)
          throw new HTTPException(503)
        })
      },
    ],
    [
      'that the handler for 404 throws',
      (app, change) =>
        app.notFound((c) => {
          change(c)
          throw new Error('unexpected')
        }),
    ],
    [
      'for want of a response',
      (app, change) =>
        app.use(async (c) => {
          change(c)
        }),
    ],
    [
      'that is no exception but a response',
      (app, change) =>
        app.get('/', (c) => {
          change(c)
          return c.text('failed', 500)
        }),
    ],
  ]

  it.each(FAILURES)('%s from 500 on carries nothing, and an event says so', async (_what, route) => {
    const { app, events } = mounted()
    route(app, note)
    const response = await app.request('/')
    expect([response.status, response.headers.getSetCookie()]).toEqual([500, []])
    expect(response.headers.get('vary')).toBe('Cookie')
    expect(events).toMatchObject([{ type: 'uncommitted', reason: 'failed-response' }])
  })

  it.each(FAILURES)('%s after destroy still clears', async (_what, route) => {
    const { app } = mounted()
    route(app, (c) => {
      c.var.session.destroy()
    })
    const response = await get(app, '/', cookieAfter(await app.request('/write')))
    expect([response.status, cookieAfter(response)]).toEqual([500, '__Host-Http-session='])
  })

  it('that is no Error after destroy still ends the session in the store', async () => {
    const sessions = createSessions({
      keyring: () => parseKeyring(key),
      initial: (): Visit => ({ tags: [] }),
      revocation: createMemoryRevocation(),
    })
    const app: App = new Hono()
    app.use(encryptedSession(sessions)).get('/', (c) => {
      c.var.session.destroy()
      // oxlint-disable-next-line typescript/only-throw-error -- what Hono answers with nothing at all
      throw 'no Error'
    })
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    await expect(get(app, '/', cookieHeader)).rejects.toBe('no Error')
    expect(await sessions.read(cookieHeader)).toMatchObject({ kind: 'anonymous' })
  })

  it('because the session is too large is answered with 413, without what the handler said of its own body', async () => {
    const { app } = mounted()
    app.use(cors({ origin: 'https://shop.example' }))
    app.use(async (c, next) => {
      await next()
      c.header('content-security-policy', "default-src 'none'")
      c.header('x-content-type-options', 'nosniff')
    })
    app.get('/large', (c) => {
      c.var.session.data.note = Array.from({ length: 500 }, () => crypto.randomUUID()).join('')
      c.header('set-cookie', 'theme=dark')
      return c.body('ok', 200, {
        'content-length': '2',
        'content-encoding': 'identity',
        etag: '"1"',
        'cache-control': 'public, max-age=60',
        'cdn-cache-control': 'public, max-age=60',
      })
    })
    const response = await get(app, '/large', '', { origin: 'https://shop.example' })
    expect([response.status, await response.text()]).toEqual([413, 'ERR_SESSION_TOO_LARGE'])
    expect(Object.fromEntries(response.headers)).toEqual({
      'access-control-allow-origin': 'https://shop.example',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'",
      'content-type': 'text/plain;charset=UTF-8',
      'set-cookie': 'theme=dark',
      vary: 'Origin, Cookie',
      'x-content-type-options': 'nosniff',
    })
  })

  const UNWRITABLE: readonly [string, number, unknown][] = [
    ['is too large', 413, Array.from({ length: 500 }, () => crypto.randomUUID()).join('')],
    ['cannot be encoded', 500, () => 'no data'],
  ]

  it.each(UNWRITABLE)(
    'because what follows a logout %s loses neither cookie nor store the logout',
    async (_what, status, value) => {
      const { app, sessions } = withStore()
      app.get('/', (c) => {
        c.var.session.destroy()
        Object.assign(c.var.session.data, { note: value })
        return c.text('ok')
      })
      const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
      const response = await get(app, '/', cookieHeader)
      expect([response.status, cookieAfter(response)]).toEqual([status, '__Host-Http-session='])
      expect(await sessions.read(cookieHeader)).toMatchObject({ kind: 'anonymous' })
    },
  )

  it('because the session is too large makes a logout in onError an error too, and no lost one', async () => {
    const { app, events } = mounted()
    const thrown: unknown[] = []
    app.onError((error, c) => {
      thrown.push('code' in error && error.code)
      if (thrown.length === 1) c.var.session.destroy()
      return c.text('failed', 500)
    })
    app.get('/large', (c) => {
      c.var.session.data.note = Array.from({ length: 500 }, () => crypto.randomUUID()).join('')
      return c.text('ok')
    })
    expect((await app.request('/large')).status).toBe(500)
    expect(thrown).toEqual(['ERR_SESSION_TOO_LARGE', 'ERR_SESSION_COMMITTED'])
    expect(events).toMatchObject([{ type: 'uncommitted', reason: 'too-large' }])
  })

  it('of the handler is the one to answer where the session cannot be written either, which an event tells', async () => {
    const { app, events } = mounted()
    app.get('/', (c) => {
      c.var.session.data.note = Array.from({ length: 500 }, () => crypto.randomUUID()).join('')
      throw new HTTPException(401, { message: 'who are you?' })
    })
    const response = await app.request('/')
    expect([response.status, await response.text(), response.headers.getSetCookie()]).toEqual([401, 'who are you?', []])
    expect(events).toMatchObject([{ type: 'uncommitted', reason: 'too-large' }])
  })

  it('because the data cannot be encoded is answered with 500 and leaves the cookie', async () => {
    const { app } = mounted()
    app.get('/', (c) => {
      Object.assign(c.var.session.data, { when: () => 'now' })
      return c.text('ok')
    })
    const response = await app.request('/')
    expect([response.status, await response.text()]).toEqual([500, 'ERR_DATA_INVALID'])
    expect(response.headers.getSetCookie()).toEqual([])
  })

  function withStore(): { app: App; sessions: Sessions<Visit> } {
    const sessions = createSessions({
      keyring: () => parseKeyring(key),
      initial: (): Visit => ({ tags: [] }),
      revocation: createMemoryRevocation(),
    })
    return { app: quiet().use(encryptedSession(sessions)), sessions }
  }

  describe('of a revocation store that cannot answer', () => {
    function unavailable(failing: 'check' | 'revoke'): { app: App; sessions: Sessions<Visit> } {
      const { port } = createMemoryRevocation()
      const sessions = createSessions({
        keyring: () => parseKeyring(key),
        initial: (): Visit => ({ tags: [] }),
        revocation: createRevocation({ ...port, [failing]: () => Promise.reject(new Error('connection lost')) }),
      })
      const app: App = new Hono()
      app.use(encryptedSession(sessions))
      app.get('/', (c) => c.json(c.var.session.data))
      app.get('/health', (c) => c.text('ok'))
      app.get('/logout', (c) => {
        c.var.session.destroy()
        return c.text('bye', 200, { 'content-length': '3' })
      })
      return { app, sessions }
    }

    it('is answered with 503 by Hono alone, where the session is touched', async () => {
      const { app, sessions } = unavailable('check')
      const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
      const response = await get(app, '/', cookieHeader)
      expect([response.status, response.headers.getSetCookie()]).toEqual([503, []])
      expect(Object.fromEntries(response.headers)).toMatchObject({ 'retry-after': '5', vary: 'Cookie' })
      expect((await get(app, '/health', cookieHeader)).status).toBe(200)
    })

    it('when a session ends is answered with 503, and the cookie is cleared all the same', async () => {
      const { app, sessions } = unavailable('revoke')
      const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
      const response = await get(app, '/logout', cookieHeader)
      expect([response.status, await response.text(), cookieAfter(response)]).toEqual([
        503,
        'Service Unavailable',
        '__Host-Http-session=',
      ])
      expect(response.headers.get('content-length')).toBeNull()
    })

    it('when a session ends does not hide what the handler throws', async () => {
      const { app, sessions } = unavailable('revoke')
      const answered: string[] = []
      app.onError(({ message }, c) => {
        answered.push(message)
        return c.text('error page', 500)
      })
      app.get('/failing-logout', (c) => {
        c.var.session.destroy()
        throw new Error('unexpected')
      })
      const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
      const response = await get(app, '/failing-logout', cookieHeader)
      expect([response.status, await response.text(), answered]).toEqual([500, 'error page', ['unexpected']])
      expect(cookieAfter(response)).toBe('__Host-Http-session=')
    })
  })
})

describe('the handshake of a WebSocket', () => {
  const HANDSHAKE = { upgrade: 'websocket', connection: 'upgrade', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }

  it('reads the session and leaves the response that opens the socket alone', async () => {
    const { app, sessions } = mounted()
    // Made by platforms only: on Node, `new Response` refuses the status.
    const accepted = Object.defineProperty(new Response(null), 'status', { value: 101 })
    app.get('/socket', (c) => (c.var.session.subject === 'ada' ? accepted : c.text('refused', 403)))
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    expect(await get(app, '/socket', cookieHeader, HANDSHAKE)).toBe(accepted)
    const refused = await get(app, '/socket', '', HANDSHAKE)
    expect([refused.status, refused.headers.get('vary')]).toEqual([403, 'Cookie'])
  })

  it('that is answered as any request is not stored for others either', async () => {
    const sessions = createSessions({ keyring: () => parseKeyring(key), headers: { noStore: 'subject' } })
    const app = new Hono().use(encryptedSession(sessions)).get('/', (c) => {
      c.header('cache-control', 'public, max-age=60')
      return c.text(`hello ${c.var.session.subject}`)
    })
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    const { headers } = await app.request('/', { headers: { ...HANDSHAKE, cookie: cookieHeader } })
    expect([headers.get('vary'), headers.get('cache-control')]).toEqual(['Cookie', 'private, no-store'])
  })

  it.each<[string, string, Record<string, string>]>([
    ['no upgrade', 'GET', { 'sec-websocket-key': HANDSHAKE['sec-websocket-key'] }],
    ['an upgrade to something else', 'GET', { ...HANDSHAKE, upgrade: 'h2c' }],
    ['no key', 'GET', { upgrade: 'websocket', connection: 'upgrade' }],
    ['another method', 'POST', HANDSHAKE],
  ])('is not what a request with %s is: its logout takes effect', async (_what, method, headers) => {
    const { app } = mounted()
    app.all('/logout', (c) => {
      c.var.session.destroy()
      return c.text('bye')
    })
    const cookie = cookieAfter(await app.request('/write'))
    const response = await app.request('/logout', { method, headers: { ...headers, cookie } })
    expect([response.status, cookieAfter(response)]).toEqual([200, '__Host-Http-session='])
  })

  it('that would sign somebody in is told that no cookie can follow', async () => {
    const { app } = mounted()
    app.get('/socket', (c) => {
      c.var.session.regenerate({ subject: 'ada' })
      return c.text('ok')
    })
    expect(await (await get(app, '/socket', '', HANDSHAKE)).text()).toBe('ERR_SESSION_COMMITTED')
  })
})

function note({ var: { session } }: { readonly var: { readonly session: Session<Visit> } }): string {
  session.data.note = 'written'
  return 'ok'
}

/** Changes the session when the response is there already. */
async function answeredFirst(c: Context<Env>, response: Response | Promise<Response>): Promise<Response> {
  const answer = await response
  note(c)
  return answer
}

function empty(c: Context<Env>): Response {
  note(c)
  return c.body(null, 204)
}

function streamOf(text: string): ReadableStream {
  return new Blob([text]).stream()
}

/** As what `fetch` answers: nobody can add a header to it. */
function unchangeable(c: Context<Env>): Response {
  note(c)
  return Response.redirect('http://localhost/elsewhere', 303)
}

function fail(_changed: string, status: 409 | 500): never {
  if (status === 500) throw new Error('unexpected')
  throw new HTTPException(status)
}
