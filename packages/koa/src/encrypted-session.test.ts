import { createSessions, parseKeyring, type Sessions } from '@encrypted-session/core'
import { Router } from '@koa/router'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { encryptedSession, type SessionContext } from './index.ts'
import { key, mounted, note, setting, visit, type Visit, type VisitApp, type VisitContext } from './koa-app.fixture.ts'

/** Sessions beside those of the visitors. */
function createAdmins(): Sessions<{ rights: string[] }> {
  return createSessions({
    keyring: () => parseKeyring(key),
    initial: (): { rights: string[] } => ({ rights: [] }),
    cookie: { name: '__Host-admin' },
  })
}

describe('the middleware', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing', undefined, undefined],
    ['the options of another library', { keys: ['secret'], maxAge: 86_400_000 }, new Koa()],
    ['an app', new Koa(), undefined],
    ['a key', key, undefined],
  ])('made with %s throws, and says what is missing', (_what, first, second) => {
    const make = (): unknown => {
      // @ts-expect-error JavaScript lets it pass
      return encryptedSession(first, second)
    }
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_OPTIONS_INVALID' }))
    expect(make).toThrow(/createSessions/u)
  })

  it.each<[string, unknown]>([
    ['null for options', null],
    ['a name where options belong', 'admin'],
    ['a misspelt option', { sa: 'admin' }],
    ['a name that is no text', { as: Symbol('admin') }],
    ['a name that is empty', { as: '' }],
    ['a name that Koa asks for', { as: 'respond' }],
    ['a name that a router sets later', { as: 'params' }],
    ['the name of the router', { as: 'router' }],
  ])('made with %s throws', (_what, options) => {
    expect(() => {
      // @ts-expect-error JavaScript lets it pass
      encryptedSession(setting().sessions, options)
    }).toThrow(expect.objectContaining({ code: 'ERR_OPTIONS_INVALID' }))
  })

  it('with a wrong key makes every request fail, and the app is told why', async () => {
    const { app, errors } = setting()
    const sessions = createSessions({ keyring: () => parseKeyring('my-secret-password') })
    app.use(encryptedSession(sessions)).use((ctx) => {
      ctx.body = 'ok'
    })
    const client = await visit({ app })
    expect([(await client.get('/')).status, (await client.get('/')).status]).toEqual([500, 500])
    expect(errors).toMatchObject([{ code: 'ERR_KEYRING_INVALID' }, { code: 'ERR_KEYRING_INVALID' }])
  })

  it('serves as soon as the key can be had', async () => {
    const { app } = setting()
    let asked = 0
    const keyring = async () => (asked++ === 0 ? parseKeyring(undefined) : parseKeyring(key))
    app.use(encryptedSession(createSessions({ keyring }))).use((ctx) => {
      ctx.body = 'ok'
    })
    const client = await visit({ app })
    const statuses = [await client.get('/'), await client.get('/'), await client.get('/')].map(({ status }) => status)
    expect([statuses, asked]).toEqual([[500, 200, 200], 2])
  })

  it('gives a session to what is below it and to nothing above', async () => {
    const { app, sessions, events } = setting()
    const router = new Router()
    router.get('/inside', encryptedSession(sessions), (ctx) => {
      ctx.body = { origin: ctx.session.origin }
    })
    router.get('/outside', (ctx) => {
      ctx.body = { has: ctx['session'] !== undefined }
    })
    app.use(router.routes())
    const client = await visit({ app })
    const cookie = `${sessions.cookieName}=rubbish`
    expect((await client.get('/outside', { cookie })).json()).toEqual({ has: false })
    expect((await client.get('/inside', { cookie })).json()).toEqual({ origin: 'fresh' })
    expect((await client.get('/outside', { cookie })).json()).toEqual({ has: false })
    expect(events.map(({ type }) => type)).toEqual(['rejected'])
  })

  it('puts one accessor on the app and nothing of that name on a context', async () => {
    const { app, sessions } = setting()
    const other = new Koa()
    const middleware = encryptedSession(sessions)
    const own = (ctx: VisitContext): void => {
      ctx.body = { own: Object.keys(ctx).includes('session'), origin: ctx.session.origin }
    }
    app.use(middleware).use(own)
    other.use(middleware).use(own)
    for (const each of [app, other]) {
      const client = await visit({ app: each })
      expect((await client.get('/')).json()).toEqual({ own: false, origin: 'fresh' })
      expect((await client.get('/')).json()).toEqual({ own: false, origin: 'fresh' })
      expect(Object.getOwnPropertyDescriptor(each.context, 'session')).toMatchObject({ configurable: false })
    }
    expect('session' in new Koa().context).toBe(false)
  })

  it.each(['session', 'again'])('mounted twice, the second time as %s, opens once and writes once', async (as) => {
    const { app, sessions, events } = setting()
    app.use(encryptedSession(sessions)).use(encryptedSession(sessions, { as }))
    app.use((ctx) => {
      // The cast names what is mounted above; the type of `as` is any text here.
      const again = (ctx as unknown as Record<string, VisitContext['session']>)[as]
      ctx.session.data.note = 'by one'
      again?.data.tags.push('by the other')
      ctx.body = { same: ctx.session === again }
    })
    const client = await visit({ app })
    const first = await client.get('/')
    expect([first.json(), first.setCookies.length]).toEqual([{ same: true }, 1])
    expect((await client.get('/')).setCookies).toHaveLength(1)
    expect(events.map(({ type }) => type)).toEqual(['sealed', 'opened', 'sealed'])
  })

  it('mounted twice is written when the outer one is left', async () => {
    const { app, sessions, errors } = setting()
    app.use(encryptedSession(sessions))
    app.use(async (ctx, next) => {
      await next()
      ctx.session.flash.add('info', 'on the way out')
    })
    app.use(encryptedSession(sessions)).use((ctx) => {
      ctx.body = ctx.session.flash.peek().map(({ text }) => text)
    })
    const client = await visit({ app })
    await client.get('/')
    expect((await client.get('/')).json()).toEqual(['on the way out'])
    expect(errors).toEqual([])
  })

  it('mounted twice tells of a late change once', async () => {
    const { app, sessions, events } = setting()
    app.use(encryptedSession(sessions)).use(encryptedSession(sessions, { as: 'again' }))
    const closed = new Promise((resolve) => {
      app.use((ctx) => {
        ctx.res.once('close', resolve).end(note(ctx))
      })
    })
    await (await visit({ app })).get('/')
    await closed
    expect(events).toMatchObject([{ type: 'uncommitted', reason: 'late' }])
  })

  it('with two sessions gives each its own cookie', async () => {
    const { app, sessions } = setting()
    app
      .use(encryptedSession(sessions))
      .use(encryptedSession(createAdmins(), { as: 'admin' }))
      .use((ctx) => {
        if (ctx.path === '/logout') {
          ctx.admin.destroy()
        } else {
          ctx.session.data.note = 'a visitor'
          ctx.admin.data.rights.push('write')
        }
        ctx.body = { session: ctx.session.data, admin: ctx.admin.data }
      })
    const client = await visit({ app })
    const first = await client.get('/')
    expect(new Set(first.setCookies.map((line) => line.split('=')[0]))).toEqual(
      new Set(['__Host-Http-session', '__Host-admin']),
    )
    expect(first.setCookies).toHaveLength(2)
    expect((await client.get('/')).json()).toEqual({
      session: { note: 'a visitor', tags: [] },
      admin: { rights: ['write', 'write'] },
    })
    const [cleared, ...others] = (await client.get('/logout')).setCookies
    expect([cleared?.split(';')[0], others]).toEqual(['__Host-admin=', []])
  })

  it('of other sessions under a name in use makes the request fail instead of swapping one for the other', async () => {
    const { app, sessions, errors } = setting()
    app.use(encryptedSession(sessions)).use(encryptedSession(createAdmins()))
    expect((await (await visit({ app })).get('/')).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_OPTIONS_INVALID', message: /ctx\.session .*as:/u }])
  })

  it('of other sessions may have the same name in another part of the app', async () => {
    const { app, sessions } = setting()
    const router = new Router()
    router.get('/visitor', encryptedSession(sessions), (ctx) => {
      ctx.body = ctx.session.data
    })
    router.get('/admin', encryptedSession(createAdmins()), (ctx) => {
      ctx.body = ctx.session.data
    })
    app.use(router.routes())
    const client = await visit({ app })
    expect((await client.get('/visitor')).json()).toEqual({ tags: [] })
    expect((await client.get('/admin')).json()).toEqual({ rights: [] })
    expect((await client.get('/visitor')).json()).toEqual({ tags: [] })
  })

  it.each<[string, string, (app: VisitApp) => unknown]>([
    ['Koa has', 'body', () => undefined],
    [
      'another library has put on the app',
      'session',
      ({ context }) => Object.defineProperty(context, 'session', { get: () => ({}), configurable: true }),
    ],
    [
      'another middleware has put on the context',
      'session',
      (app) =>
        app.use((ctx, next) => {
          Object.assign(ctx, { session: undefined })
          return next()
        }),
    ],
  ])('under a name that %s makes requests fail, and says so', async (_what, as, prepare) => {
    const { app, sessions, errors } = setting()
    prepare(app)
    app.use(encryptedSession(sessions, { as }))
    const client = await visit({ app })
    expect([(await client.get('/')).status, (await client.get('/')).status]).toEqual([500, 500])
    expect(errors).toMatchObject([{ code: 'ERR_OPTIONS_INVALID' }, { code: 'ERR_OPTIONS_INVALID' }])
  })
})

describe('assigning', () => {
  it('null to ctx.session ends the session, and ctx.session is a fresh one', async () => {
    const all = mounted()
    all.app.use((ctx) => {
      if (ctx.path === '/logout') {
        ctx.session = null
        ctx.body = { origin: ctx.session.origin, ...ctx.session.data }
      } else ctx.body = note(ctx)
    })
    const client = await visit(all)
    await client.get('/')
    const response = await client.get('/logout')
    expect(response.json()).toEqual({ origin: 'fresh', tags: [] })
    expect(response.setCookies.map((line) => line.split(';')[0])).toEqual(['__Host-Http-session='])
    expect(client.cookieHeader).toBe('')
  })

  it('null, and then data, begins a new session', async () => {
    const all = mounted()
    all.app.use((ctx) => {
      ctx.session = null
      ctx.session.data.tags.push('new')
      ctx.body = 'ok'
    })
    const client = await visit(all)
    await client.get('/')
    expect((await client.get('/read')).json()).toEqual({ origin: 'resumed', tags: ['new'] })
  })

  it.each([
    ['an object', { note: 'lost' }],
    ['a session', mounted().sessions],
    ['undefined', undefined],
    ['false', false],
  ])('%s to ctx.session throws and names data', async (_what, value) => {
    const all = mounted()
    all.app.use((ctx) => {
      // @ts-expect-error what people coming from other session libraries write
      ctx.session = value
    })
    expect((await (await visit(all)).get('/')).status).toBe(500)
    expect(all.errors).toMatchObject([
      { code: 'ERR_SESSION_ASSIGNED', message: /ctx\.session\.data.*ctx\.session\.destroy/u },
    ])
  })

  it('a message names the property as it was mounted', async () => {
    const { app, errors } = setting()
    app.use(encryptedSession(createAdmins(), { as: 'admin' })).use((ctx) => {
      // @ts-expect-error no word of the types allows it
      ctx.admin = {}
    })
    await (await visit({ app })).get('/')
    expect(errors).toMatchObject([{ code: 'ERR_SESSION_ASSIGNED', message: /ctx\.admin\.data/u }])
  })

  it('null above the middleware throws: no session is there to end', async () => {
    const { app, sessions, errors } = setting()
    app.use((ctx, next) => {
      if (ctx.path === '/logout') ctx.session = null
      return next()
    })
    app.use(encryptedSession(sessions)).use((ctx) => {
      ctx.body = 'ok'
    })
    const client = await visit({ app })
    expect([(await client.get('/')).status, (await client.get('/logout')).status]).toEqual([200, 500])
    expect(errors).toMatchObject([{ code: 'ERR_SESSION_ASSIGNED' }])
  })

  it('to a property of ctx.session throws', async () => {
    const all = mounted()
    all.app.use(({ session }) => {
      Object.assign(session, { user: 'Ada' })
    })
    expect((await (await visit(all)).get('/')).status).toBe(500)
    expect(all.errors).toMatchObject([{ code: 'ERR_SESSION_ASSIGNED', message: /session\.data\.user/u }])
  })
})

describe("beside Koa's own cookies", () => {
  it.each<[string, (ctx: VisitContext) => unknown]>([
    ['before', (ctx) => [ctx.cookies.set('theme', 'dark'), note(ctx)]],
    ['after', (ctx) => [note(ctx), ctx.cookies.set('theme', 'dark')]],
    ['after an early commit', async (ctx) => [note(ctx), await ctx.session.commit(), ctx.cookies.set('theme', 'dark')]],
    ['before, overwriting what was set', (ctx) => [ctx.cookies.set('theme', 'dark', { overwrite: true }), note(ctx)]],
    ['before, through a header', (ctx) => [ctx.set('Set-Cookie', 'theme=dark; path=/; httponly'), note(ctx)]],
  ])('one that is set %s goes out as it is, and so does ours', async (_when, change) => {
    const all = mounted()
    all.app.use(async (ctx) => {
      await change(ctx)
      ctx.body = { theme: ctx.cookies.get('theme'), session: ctx.cookies.get(all.sessions.cookieName) }
    })
    const client = await visit(all)
    const { setCookies } = await client.get('/')
    expect(setCookies.toSorted((a, b) => a.length - b.length)).toEqual([
      'theme=dark; path=/; httponly',
      expect.stringMatching(/^__Host-Http-session=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax$/u),
    ])
    expect((await client.get('/')).json()).toEqual({
      theme: 'dark',
      session: client.cookieHeader.match(/__Host-Http-session=([^;]*)/u)?.[1],
    })
  })

  it('signed ones keep their signature and ours has none', async () => {
    const all = mounted()
    all.app.keys = ['for the cookies of the app']
    all.app.use((ctx) => {
      note(ctx)
      ctx.cookies.set('theme', 'dark', { signed: true })
      ctx.body = { theme: ctx.cookies.get('theme', { signed: true }), origin: ctx.session.origin }
    })
    const client = await visit(all)
    const { setCookies } = await client.get('/')
    expect(setCookies.map((line) => line.split('=')[0])).toEqual(['theme', 'theme.sig', '__Host-Http-session'])
    expect((await client.get('/')).json()).toEqual({ theme: 'dark', origin: 'resumed' })
  })
})

describe('a Secure cookie', () => {
  it.each([
    ['that the app trusts is no cause for an event', true, ['sealed']],
    ['that the app does not know of is written all the same, with an event', false, ['sealed', 'insecure-transport']],
  ])('behind a proxy %s', async (_what, proxy, expected) => {
    const all = mounted()
    all.app.proxy = proxy
    all.app.use((ctx) => {
      ctx.body = note(ctx)
    })
    const headers = { host: 'shop.example', 'x-forwarded-proto': 'https' }
    const { setCookies } = await (await visit(all)).get('/', { headers })
    expect(setCookies[0]).toContain('; Secure;')
    expect(all.events.map(({ type }) => type).toSorted()).toEqual(expected.toSorted())
  })

  it("is written on plain http, where Koa's own jar would throw", async () => {
    const all = mounted()
    all.app.use((ctx) => {
      expect(() => ctx.cookies.set('theme', 'dark', { secure: true })).toThrow()
      ctx.body = note(ctx)
    })
    const client = await visit(all)
    expect((await client.get('/')).setCookies).toHaveLength(1)
    expect((await client.get('/read')).json()).toMatchObject({ note: 'written' })
  })
})

it('a router of its own types and mounts it', async () => {
  const { app, sessions } = setting()
  const router = new Router<Koa.DefaultState, SessionContext<Sessions<Visit>>>({ prefix: '/shop' })
  router.use(encryptedSession(sessions))
  router.get('/', (ctx) => {
    ctx.body = ctx.session.data.tags
  })
  app.use(router.routes()).use(router.allowedMethods())
  expect((await (await visit({ app })).get('/shop')).json()).toEqual([])
})
