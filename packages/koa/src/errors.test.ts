import { runInNewContext } from 'node:vm'
import { createSessions, parseKeyring } from '@encrypted-session/core'
import { createRevocation } from '@encrypted-session/core/revocation'
import { createMemoryRevocation, sealSession } from '@encrypted-session/testing'
import type Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { encryptedSession } from './index.ts'
import {
  errorOf,
  fail,
  key,
  mounted,
  note,
  type Setting,
  setting,
  visit,
  type VisitContext,
} from './koa-app.fixture.ts'

type Handle = (ctx: VisitContext) => unknown

/** Text that does not shrink, of 18,000 characters. */
const large = Array.from({ length: 500 }, () => crypto.randomUUID()).join('')

/** An app with the session, and below it this handler. */
function handledBy(handle: Handle): Setting {
  const all = mounted()
  all.app.use(async (ctx) => {
    await handle(ctx)
  })
  return all
}

/** A middleware that answers every error. */
const answer409: Koa.Middleware<object, object> = async (ctx, next) => {
  try {
    await next()
  } catch {
    ctx.status = 409
    ctx.body = 'answered'
  }
}

describe('an error below 500', () => {
  it.each<[string, Handle]>([
    ['of ctx.throw', (ctx) => [note(ctx), ctx.throw(409)]],
    ['of ctx.assert', (ctx) => [note(ctx), ctx.assert(false, 409)]],
    ['with a status', (ctx) => fail(ctx, errorOf({ status: 409 }))],
    ['with a statusCode', (ctx) => fail(ctx, errorOf({ statusCode: 409 }))],
    ['with a statusCode, and a status that is none', (ctx) => fail(ctx, errorOf({ status: 0, statusCode: 409 }))],
    ['of another realm', (ctx) => fail(ctx, Object.assign(runInNewContext('new Error()'), { status: 409 }))],
    ['with headers of its own', (ctx) => fail(ctx, errorOf({ status: 409, headers: { 'cache-control': 'public' } }))],
    ['after headers', (ctx) => [ctx.set('set-cookie', 'theme=dark'), fail(ctx, errorOf({ status: 409 }))]],
    ['after a commit', async (ctx) => [note(ctx), await ctx.session.commit(), ctx.throw(409)]],
  ])('%s carries the session', async (_what, handle) => {
    const client = await visit(handledBy(handle))
    const response = await client.get('/')
    expect([response.status, response.setCookies.length]).toEqual([409, 1])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect((await client.get('/read')).json()).toMatchObject({ note: 'written' })
  })

  it('that a handler above the session answers carries it', async () => {
    const { app, sessions } = setting()
    app
      .use(answer409)
      .use(encryptedSession(sessions))
      .use((ctx) => fail(ctx, errorOf({ status: 400 })))
    const response = await (await visit({ app })).get('/')
    expect([response.status, response.text, response.setCookies.length]).toEqual([409, 'answered', 1])
  })

  it('that a handler below the session makes of an unexpected one carries it', async () => {
    const { app, sessions } = setting()
    app
      .use(encryptedSession(sessions))
      .use(answer409)
      .use((ctx) => fail(ctx, new Error('unexpected')))
    const response = await (await visit({ app })).get('/')
    expect([response.status, response.text, response.setCookies.length]).toEqual([409, 'answered', 1])
  })

  it('that is made once and thrown at everyone gives nobody the session of another', async () => {
    const shared = errorOf({ status: 409, expose: true, headers: {} })
    const before = { ...Object.getOwnPropertyDescriptors(shared) }
    const all = handledBy((ctx) => {
      ctx.session.data.note = ctx.path
      throw shared
    })
    const [ada, bob, eve] = [await visit(all), await visit(all), await visit(all)]
    await ada.get('/ada')
    await bob.get('/bob')
    expect((await ada.get('/read')).json()).toMatchObject({ note: '/ada' })
    expect((await bob.get('/read')).json()).toMatchObject({ note: '/bob' })
    expect((await eve.get('/read')).json()).toMatchObject({ origin: 'fresh' })
    expect(Object.getOwnPropertyDescriptors(shared)).toEqual(before)
  })

  it('that nobody may change is thrown on as it is', async () => {
    const frozen = Object.freeze(errorOf({ status: 400, headers: Object.freeze({}) }))
    const { app, sessions } = setting()
    const caught: unknown[] = []
    app.use(async (_ctx, next) => {
      await next().catch((error: unknown) => caught.push(error))
    })
    app.use(encryptedSession(sessions)).use((ctx) => fail(ctx, frozen))
    expect((await (await visit({ app })).get('/')).setCookies).toHaveLength(1)
    expect(caught[0]).toBe(frozen)
  })
})

describe('an error from 500 on', () => {
  const failures: [string, unknown][] = [
    ['that was unexpected', new Error('unexpected')],
    ['with a status', errorOf({ status: 503 })],
    ['with a status that is none', errorOf({ status: 444 })],
    ['with a status in text', errorOf({ status: '409' })],
    ['that is text', 'unexpected'],
    ['that is an object with a status', { status: 409 }],
  ]

  it.each(failures)('%s carries nothing, and an event says so', async (_what, thrown) => {
    const all = handledBy((ctx) => fail(ctx, thrown))
    const response = await (await visit(all)).get('/')
    expect(response.status).toBeGreaterThanOrEqual(500)
    expect(response.setCookies).toEqual([])
    expect(response.headers.get('vary')).toBe('Cookie')
    expect(all.events).toMatchObject([{ type: 'uncommitted', reason: 'failed-response' }])
  })

  it.each(failures)('%s still clears after destroy', async (_what, thrown) => {
    const all = mounted()
    all.app.use((ctx) => {
      if (ctx.path !== '/logout') {
        ctx.body = note(ctx)
        return
      }
      ctx.session.destroy()
      throw thrown
    })
    const client = await visit(all)
    await client.get('/')
    const response = await client.get('/logout')
    expect(response.status).toBeGreaterThanOrEqual(500)
    expect(response.setCookies.map((line) => line.split(';')[0])).toEqual(['__Host-Http-session='])
    expect(client.cookieHeader).toBe('')
  })

  it.each([
    ['nothing at all', undefined],
    ['null', null],
  ])('that is %s carries nothing and reaches the handler above', async (_what, thrown) => {
    const { app, sessions } = setting()
    app
      .use(answer409)
      .use(encryptedSession(sessions))
      .use((ctx) => fail(ctx, thrown))
    const response = await (await visit({ app })).get('/')
    expect([response.status, response.setCookies]).toEqual([409, []])
  })

  it('of the file system carries nothing, though Koa 2 makes a 404 of it', async () => {
    const all = handledBy((ctx) => fail(ctx, errorOf({ code: 'ENOENT' })))
    const response = await (await visit(all)).get('/')
    expect([response.status, response.setCookies]).toEqual([process.env['KOA_MAJOR'] === '2' ? 404 : 500, []])
    expect(all.events).toMatchObject([{ type: 'uncommitted', reason: 'failed-response' }])
  })

  it('that Koa meets only after the session was written carries it', async () => {
    const all = handledBy((ctx) => Object.assign(ctx, { body: { said: note(ctx), json: 1n } }))
    const response = await (await visit(all)).get('/')
    expect([response.status, response.setCookies.length]).toEqual([500, 1])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('set as the status carries nothing', async () => {
    const all = handledBy((ctx) => Object.assign(ctx, { status: 502, body: note(ctx) }))
    const response = await (await visit(all)).get('/')
    expect([response.status, response.setCookies]).toEqual([502, []])
  })
})

describe('a session that cannot be written', () => {
  it('because it is too large is answered with 413 and leaves the cookie', async () => {
    const all = handledBy((ctx) => (ctx.body = ctx.session.data.note = large))
    const response = await (await visit(all)).get('/')
    expect([response.status, response.text, response.setCookies]).toEqual([413, 'Payload Too Large', []])
    expect(all.errors).toMatchObject([{ code: 'ERR_SESSION_TOO_LARGE' }])
    expect(all.events).toMatchObject([{ type: 'uncommitted', reason: 'too-large' }])
  })

  it('because its data cannot be encoded is answered with 500 and leaves the cookie', async () => {
    const all = handledBy(({ session }) => Object.assign(session.data, { when: () => 'now' }))
    const response = await (await visit(all)).get('/')
    expect([response.status, response.setCookies]).toEqual([500, []])
    expect(all.errors).toMatchObject([{ code: 'ERR_DATA_INVALID' }])
  })

  it('after a logout is cleared all the same, once', async () => {
    const all = mounted()
    all.app.use((ctx) => {
      if (ctx.path === '/logout') {
        ctx.session.destroy()
        ctx.session.data.note = large
      } else note(ctx)
    })
    const client = await visit(all)
    await client.get('/')
    const response = await client.get('/logout')
    expect(response.status).toBe(413)
    expect(response.setCookies.map((line) => line.split(';')[0])).toEqual(['__Host-Http-session='])
  })

  it("does not hide the handler's own error, and the app is told of both", async () => {
    const all = handledBy((ctx) => {
      ctx.session.data.note = large
      ctx.throw(409, 'first of all')
    })
    const response = await (await visit(all)).get('/')
    expect([response.status, response.text, response.setCookies]).toEqual([409, 'first of all', []])
    expect(all.errors).toMatchObject([{ code: 'ERR_SESSION_TOO_LARGE' }, { message: 'first of all' }])
  })
})

describe('a revocation store that cannot answer', () => {
  const { port } = createMemoryRevocation()
  const away = (): Promise<never> => Promise.reject(new Error('connection lost'))

  it('is a 503 that may be asked again, for those who touch the session only', async () => {
    const { app } = setting()
    const sessions = createSessions({
      keyring: () => parseKeyring(key),
      revocation: createRevocation({ ...port, check: away }),
    })
    app.use(encryptedSession(sessions)).use((ctx) => {
      ctx.body = ctx.path === '/health' ? 'ok' : ctx.session.data
    })
    const client = await visit({ app })
    const { cookieHeader: cookie } = await sealSession(sessions, { subject: 'ada' })
    const response = await client.get('/', { cookie })
    expect([response.status, response.setCookies]).toEqual([503, []])
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('vary')).toBe('Cookie')
    expect((await client.get('/health', { cookie })).status).toBe(200)
  })

  it.each([
    ['is a 503', () => 'ok', 503],
    ["leaves the handler's own error as it is", () => Promise.reject(errorOf({ status: 409 })), 409],
  ])('at a logout clears the cookie once and %s', async (_what, afterwards, status) => {
    const { app } = setting()
    const sessions = createSessions({
      keyring: () => parseKeyring(key),
      revocation: createRevocation({ ...port, revoke: away }),
    })
    app.use(encryptedSession(sessions)).use(async (ctx) => {
      ctx.session.destroy()
      ctx.body = await afterwards()
    })
    const { cookieHeader: cookie } = await sealSession(sessions, { subject: 'ada' })
    const response = await (await visit({ app })).get('/', { cookie })
    expect(response.status).toBe(status)
    expect(response.setCookies.map((line) => line.split(';')[0])).toEqual(['__Host-Http-session='])
  })
})
