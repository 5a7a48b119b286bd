import { request as httpRequest } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import compress from 'koa-compress'
import { describe, expect, it } from 'vitest'
import { encryptedSession } from './index.ts'
import { listen, mounted, note, setting, visit, type VisitContext } from './koa-app.fixture.ts'

describe('a response', () => {
  it.each<[string, (ctx: VisitContext) => unknown, number?]>([
    ['of text', (ctx) => (ctx.body = note(ctx))],
    ['of JSON', (ctx) => (ctx.body = { said: note(ctx) })],
    ['of bytes', (ctx) => (ctx.body = Buffer.from(note(ctx)))],
    ['of a stream', (ctx) => (ctx.body = Readable.from([note(ctx)]))],
    ['of a web stream', (ctx) => (ctx.body = new Response(note(ctx)).body)],
    ['of a Blob', (ctx) => (ctx.body = new Blob([note(ctx)]))],
    ['of a Response', (ctx) => (ctx.body = new Response(note(ctx)))],
    ['without a body', (ctx) => (ctx.status = note(ctx) === 'ok' ? 204 : 500), 204],
    ['that is not modified', (ctx) => (ctx.status = note(ctx) === 'ok' ? 304 : 500), 304],
    [
      'that redirects',
      (ctx) => {
        ctx.redirect(`/${note(ctx)}`)
      },
      302,
    ],
    ['that nobody has filled', (ctx) => note(ctx), 404],
    ['refused without an error', (ctx) => Object.assign(ctx, { status: 403, body: note(ctx) }), 403],
    [
      'that Koa is told to leave alone',
      (ctx) => {
        ctx.respond = false
        note(ctx)
        setImmediate(() => ctx.res.writeHead(200, { 'x-own': 'yes' }).end('raw'))
      },
    ],
    [
      'whose headers were flushed after an early commit',
      async (ctx) => {
        note(ctx)
        await ctx.session.commit()
        ctx.status = 200
        ctx.flushHeaders()
        ctx.body = 'late'
      },
    ],
  ])('%s carries the session', async (_what, handle, status = 200) => {
    const all = mounted()
    all.app.use(async (ctx) => {
      await handle(ctx)
    })
    const client = await visit(all)
    const response = await client.get('/')
    expect([response.status, response.setCookies.length]).toEqual([status, 1])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('vary')).toBe('Cookie')
    expect((await client.get('/read')).json()).toMatchObject({ origin: 'resumed', note: 'written' })
    expect(all.errors).toEqual([])
  })

  it('to HEAD carries the session and no body', async () => {
    const all = mounted()
    all.app.use((ctx) => {
      ctx.body = note(ctx)
    })
    const client = await visit(all)
    const response = await client.request('HEAD', '/')
    expect([response.status, response.text, response.headers.get('content-length')]).toEqual([200, '', '2'])
    expect((await client.get('/read')).json()).toMatchObject({ note: 'written' })
  })

  it('that a middleware above makes a 304 carries the session', async () => {
    const { app, sessions } = setting()
    app.use(async (ctx, next) => {
      await next()
      if (ctx.fresh) ctx.status = 304
    })
    app.use(encryptedSession(sessions)).use((ctx) => {
      ctx.body = note(ctx)
      ctx.etag = '1'
    })
    const response = await (await visit({ app })).get('/', { headers: { 'if-none-match': '"1"' } })
    expect([response.status, response.setCookies.length]).toEqual([304, 1])
  })

  it('whose headers the app sets last is still not cacheable, and keeps what it varies by', async () => {
    const { app, sessions } = setting()
    app.use(async (ctx, next) => {
      await next()
      ctx.set({ 'cache-control': 'public, max-age=60', vary: 'Accept-Encoding', 'cdn-cache-control': 'public' })
    })
    app.use(encryptedSession(sessions)).use((ctx) => {
      ctx.body = note(ctx)
    })
    const { headers } = await (await visit({ app })).get('/')
    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(headers.get('cdn-cache-control')).toBe('private, no-store')
    expect(headers.get('vary')).toBe('Accept-Encoding, Cookie')
  })

  it('for a path that nobody serves sets nothing', async () => {
    const response = await (await visit(mounted())).get('/nowhere')
    expect([response.status, response.setCookies, response.headers.get('vary')]).toEqual([404, [], null])
  })

  it.each(['before', 'after'])(
    'that koa-compress, mounted %s, makes smaller carries the session and varies by both',
    async (when) => {
      const { app, sessions } = setting()
      if (when === 'before') app.use(compress({ threshold: 0 }))
      app.use(encryptedSession(sessions))
      if (when === 'after') app.use(compress({ threshold: 0 }))
      app.use((ctx) => {
        ctx.body = { note: note(ctx), filler: 'x'.repeat(2000) }
      })
      const response = await (await visit({ app })).get('/', { headers: { 'accept-encoding': 'gzip' } })
      expect(response.headers.get('content-encoding')).toBe('gzip')
      expect(response.headers.get('vary')).toBe('Accept-Encoding, Cookie')
      expect(response.setCookies).toHaveLength(1)
    },
  )
})

describe('a response that passes Koa by', () => {
  it('carries the session when the handler commits before it begins', async () => {
    const all = mounted()
    all.app.use(async (ctx) => {
      ctx.respond = false
      ctx.res.setHeader('vary', 'Accept')
      note(ctx)
      await ctx.session.commit()
      ctx.res.writeHead(201, 'Made', { 'set-cookie': 'theme=dark' }).end('raw')
    })
    const client = await visit(all)
    const response = await client.get('/')
    expect([response.status, response.text]).toEqual([201, 'raw'])
    expect(response.headers.get('vary')).toBe('Accept, Cookie')
    expect(response.setCookies.map((line) => line.split('=')[0])).toEqual(['theme', '__Host-Http-session'])
    expect((await client.get('/read')).json()).toMatchObject({ note: 'written' })
    expect(all.events.map(({ type }) => type)).toEqual(['sealed', 'opened'])
  })

  it.each<[string, (ctx: VisitContext) => unknown]>([
    ['ended', (ctx) => ctx.res.end(note(ctx))],
    ['begun', (ctx) => [ctx.res.write('begun '), (ctx.respond = false), ctx.res.end(note(ctx))]],
    ['flushed', (ctx) => [ctx.flushHeaders(), (ctx.body = note(ctx))]],
  ])('%s without a commit loses the change, and an event says so', async (_what, handle) => {
    const all = mounted()
    all.app.use(async (ctx) => {
      await handle(ctx)
    })
    const response = await (await visit(all)).get('/')
    expect(response.setCookies).toEqual([])
    await expect.poll(() => all.events).toMatchObject([{ type: 'uncommitted', reason: 'late' }])
    expect(all.errors).toEqual([])
  })

  it('without a change is no event and no error', async () => {
    const all = mounted()
    const closed = new Promise((resolve) => {
      all.app.use((ctx) => {
        ctx.res.once('close', resolve).end(ctx.session.origin)
      })
    })
    expect((await (await visit(all)).get('/')).text).toBe('fresh')
    await closed
    expect([all.events, all.errors]).toEqual([[], []])
  })

  it('tells of a change while the body was streaming', async () => {
    const all = mounted()
    all.app.use((ctx) => {
      const { session } = ctx
      session.data.note = 'in time'
      ctx.body = Readable.from(
        (async function* body() {
          yield 'one'
          await setTimeout(20)
          session.data.note = 'too late'
          yield 'two'
        })(),
      )
    })
    const client = await visit(all)
    expect((await client.get('/')).text).toBe('onetwo')
    expect((await client.get('/read')).json()).toMatchObject({ note: 'in time' })
    await expect
      .poll(() => all.events.map((event) => (event.type === 'uncommitted' ? event.reason : event.type)))
      .toEqual(['sealed', 'late', 'opened'])
  })
})

it('a visitor who goes away before there is a response is no event', async () => {
  const all = mounted()
  const entered = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  all.app.use(async (ctx) => {
    note(ctx)
    // Behind the middleware's own listener.
    ctx.res.once('close', left.resolve)
    entered.resolve()
    await left.promise
  })
  const request = httpRequest(await listen(all.app.listen(0, '127.0.0.1')))
  request.on('error', () => undefined).end()
  await entered.promise
  request.destroy()
  await left.promise
  expect(all.events).toEqual([])
})

describe('a request that asks for an upgrade', () => {
  /** Answers `response` or `upgrade`, and the number of cookies. */
  const ask = (url: string): Promise<[string, number]> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(url, { agent: false, headers: { connection: 'upgrade', upgrade: 'websocket' } })
      request.on('response', (response) => {
        response.resume()
        resolve(['response', response.headers['set-cookie']?.length ?? 0])
      })
      request.on('upgrade', (response, socket) => {
        socket.destroy()
        resolve(['upgrade', response.headers['set-cookie']?.length ?? 0])
      })
      request.on('error', reject)
      request.end()
    })

  it('is written as any other where nobody does upgrades', async () => {
    const all = mounted()
    all.app.use((ctx) => {
      ctx.body = note(ctx)
    })
    expect(await ask(await listen(all.app.listen(0, '127.0.0.1')))).toEqual(['response', 1])
  })

  it('does not reach Koa where somebody does', async () => {
    const all = mounted()
    all.app.use((ctx) => {
      ctx.body = note(ctx)
    })
    const server = all.app.listen(0, '127.0.0.1')
    server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    })
    expect(await ask(await listen(server))).toEqual(['upgrade', 0])
    expect(all.events).toEqual([])
  })
})
