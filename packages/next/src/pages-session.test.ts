import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, sealSession, type SessionClient } from '@encrypted-session/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { readSession, updateSession } from './pages-session.ts'
import { createScene, DEAF, type Scene, SILENT } from './visit.fixture.ts'

const running: Server[] = []
afterEach(() => {
  for (const server of running.splice(0)) server.close()
})

type Respond = (
  scene: Scene,
  context: { readonly req: IncomingMessage; readonly res: ServerResponse },
) => Promise<unknown>

/** A server whose one page does as the test wants; what it throws is its answer. */
async function serve(
  respond: Respond,
  options: Parameters<typeof createScene>[0] = {},
): Promise<Scene & { client: SessionClient }> {
  const scene = createScene({ cookie: { secure: false }, ...options })
  const server = createServer((req, res) => {
    void respond(scene, { req, res })
      .then((value) => res.end(JSON.stringify(value ?? null)))
      .catch((error: unknown) => {
        res.statusCode = 500
        res.end(JSON.stringify(String(error)))
      })
  })
  running.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // The cast: a server on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  return { ...scene, client: createClient(`http://127.0.0.1:${port}`) }
}

async function signedIn(scene: Pick<Scene, 'sessions'>): Promise<string> {
  return (
    await sealSession(scene.sessions, {
      subject: 'ada',
      data: { tags: ['old'] },
      flash: [{ kind: 'info', text: 'Saved' }],
    })
  ).cookieHeader
}

describe('updateSession', () => {
  it('writes before the page answers, beside its other cookies', async () => {
    const { client, sessions } = await serve(async ({ sessions: own }, context) => {
      context.res.setHeader('set-cookie', 'theme=dark')
      return updateSession(own, context, (session) => session.data.tags.push('new'))
    })
    const response = await client.get('/')
    expect(response.json()).toBe(1)
    expect(response.setCookies.map((line) => line.split('=')[0])).toEqual(['theme', 'session'])
    expect(Object.fromEntries(response.headers)).toMatchObject({ vary: 'Cookie', 'cache-control': 'private, no-store' })
    expect(await sessions.read(client.cookieHeader)).toMatchObject({ data: { tags: ['new'] } })
  })

  it('shows the next call what this one has written', async () => {
    const { client } = await serve(async ({ sessions }, context) => {
      await updateSession(sessions, context, (session) => session.data.tags.push('one'))
      await Promise.all(
        ['two', 'three'].map((tag) => updateSession(sessions, context, ({ data }) => data.tags.push(tag))),
      )
      return (await readSession(sessions, context)).data
    })
    expect((await client.get('/')).json()).toEqual({ tags: ['one', 'two', 'three'] })
    const answer = await client.get('/')
    expect(answer.json()).toEqual({ tags: ['one', 'two', 'three', 'one', 'two', 'three'] })
  })

  it('has the cookie of a page that answers a redirect', async () => {
    const { client } = await serve(async ({ sessions }, context) => {
      await updateSession(sessions, context, (session) => session.regenerate({ subject: 'ada' }))
      context.res.writeHead(307, { location: '/', 'cache-control': 'public' })
    })
    const response = await client.get('/')
    expect([response.status, response.setCookies.length, response.headers.get('cache-control')]).toEqual([
      307,
      1,
      'private, no-store',
    ])
  })

  it.each<[what: string, destroys: boolean, cookie: string]>([
    ['nothing of what was changed', false, ''],
    ['the cookie’s end after destroy()', true, 'session='],
  ])('after a throw sends %s', async (_, destroys, cookie) => {
    const scene = await serve(({ sessions }, context) =>
      updateSession(sessions, context, (session) => {
        session.data.note = 'changed'
        if (destroys) session.destroy()
        throw new Error('no')
      }),
    )
    const response = await scene.client.get('/', { cookie: await signedIn(scene) })
    expect([response.status, response.json(), response.setCookies.map((line) => line.split(';')[0]).join()]).toEqual([
      500,
      'Error: no',
      cookie,
    ])
  })

  it('says that it is too late when the response has begun', async () => {
    const { client } = await serve(async ({ sessions }, context) => {
      context.res.write('"')
      const error = await updateSession(sessions, context, (session) => session.regenerate()).catch(String)
      context.res.write(`${error === undefined ? 'unnoticed' : 'noticed'}"`)
      return undefined
    })
    expect((await client.get('/')).text).toContain('noticed')
  })

  it('says so itself where Next’s response would only do nothing', async () => {
    const { client } = await serve(async ({ sessions }, context) => {
      const { res } = context
      res.flushHeaders()
      res.setHeader = () => res
      return updateSession(sessions, context, (session) => session.regenerate()).catch(
        (error: unknown) => error instanceof Error && 'code' in error && error.code,
      )
    })
    expect((await client.get('/')).json()).toBe('ERR_SESSION_COMMITTED')
  })

  it('tells caches that a store could not say whether the session holds', async () => {
    const scene = await serve(({ sessions }, context) => updateSession(sessions, context, () => {}), {
      revocation: SILENT,
    })
    const response = await scene.client.get('/', { cookie: await signedIn(createScene({ cookie: { secure: false } })) })
    expect([response.status, response.headers.get('vary')]).toEqual([500, 'Cookie'])
  })

  it('rejects where the session’s end could not be told to the store, with the cookie’s end on its way', async () => {
    const scene = await serve(
      ({ sessions }, context) => updateSession(sessions, context, (session) => session.destroy()),
      { revocation: DEAF },
    )
    const response = await scene.client.get('/', { cookie: await signedIn(createScene({ cookie: { secure: false } })) })
    expect(response.json()).toContain('SessionUnavailableError')
    expect(response.setCookies[0]).toContain('Max-Age=0')
  })
})

describe('readSession', () => {
  it('shows the session frozen at every depth, and lets its messages wait', async () => {
    const scene = await serve(async ({ sessions }, context) => {
      const view = await readSession(sessions, context)
      return { ...view, messages: view.flash.peek(), frozen: [view, view.data, view.data.tags].every(Object.isFrozen) }
    })
    const response = await scene.client.get('/', { cookie: await signedIn(scene) })
    expect(response.json()).toMatchObject({
      kind: 'session',
      subject: 'ada',
      data: { tags: ['old'] },
      messages: [{ kind: 'info', text: 'Saved' }],
      frozen: true,
    })
    expect([response.setCookies, response.headers.get('vary')]).toEqual([[], 'Cookie'])
  })

  it('shows a new visitor, who gets no cookie', async () => {
    const { client } = await serve(({ sessions }, context) => readSession(sessions, context))
    const response = await client.get('/')
    expect(response.json()).toMatchObject({ kind: 'anonymous', data: { tags: [] } })
    expect(response.setCookies).toEqual([])
  })

  it('extends a session that is due, as in every framework where a handler can write', async () => {
    const scene = await serve(({ sessions }, context) => readSession(sessions, context))
    const cookie = await signedIn(scene)
    scene.clock.advance(60)
    const response = await scene.client.get('/', { cookie })
    expect(response.json()).toMatchObject({ expiresAt: scene.clock() + 600 })
    expect(response.setCookies).toHaveLength(1)
  })

  it('looks without extending where the response has begun', async () => {
    const scene = await serve(async ({ sessions }, context) => {
      context.res.flushHeaders()
      return readSession(sessions, context)
    })
    const cookie = await signedIn(scene)
    scene.clock.advance(60)
    const response = await scene.client.get('/', { cookie })
    expect(response.json()).toMatchObject({ subject: 'ada' })
    expect(response.setCookies).toEqual([])
  })

  it.each<[whose: string, name: string, expected: string]>([
    ['of the session', 'session', 'private, no-store'],
    ['of another', 'theme', 'public, max-age=60'],
  ])('where the proxy has set a cookie %s, the page says to caches: %3$s', async (_, name, expected) => {
    const scene = await serve(async ({ sessions }, context) => {
      const { res } = context
      const told = ['cache-control', 'cdn-cache-control', 'surrogate-control']
      // What Next does with the proxy's response, before the page.
      res.setHeader('set-cookie', [`${name}=new; Path=/`])
      for (const header of told) res.setHeader(header, 'private, no-store')
      const view = await readSession(sessions, context)
      for (const header of told) res.setHeader(header, 'public, max-age=60')
      return view
    })
    const { headers } = await scene.client.get('/', { cookie: await signedIn(scene) })
    expect(['cache-control', 'cdn-cache-control', 'surrogate-control'].map((header) => headers.get(header))).toEqual(
      Array.from({ length: 3 }, () => expected),
    )
  })

  it('inside updateSession shows what the callback has done so far, and stops it from nothing', async () => {
    const { client, sessions } = await serve(async ({ sessions: own }, context) =>
      updateSession(own, context, async (session) => {
        session.data.tags.push('one')
        const { data } = await readSession(own, context)
        session.data.tags.push('two')
        return data
      }),
    )
    const response = await client.get('/')
    expect(response.json()).toEqual({ tags: ['one'] })
    expect(await sessions.read(client.cookieHeader)).toMatchObject({ data: { tags: ['one', 'two'] } })
  })

  it('rejects when a store cannot say whether the session holds, and leaves the cookie alone', async () => {
    const scene = await serve(({ sessions }, context) => readSession(sessions, context), { revocation: SILENT })
    const response = await scene.client.get('/', { cookie: await signedIn(createScene({ cookie: { secure: false } })) })
    expect(response.json()).toContain('SessionUnavailableError')
    expect([response.setCookies, response.headers.get('vary')]).toEqual([[], 'Cookie'])
  })

  it('and updateSession check what JavaScript hands over', async () => {
    const { client } = await serve(async ({ sessions }, context) => {
      // The casts: what only JavaScript can do.
      const refused = await Promise.allSettled([
        readSession({} as typeof sessions, context),
        updateSession(sessions, context, undefined as unknown as () => void),
      ])
      return refused.map((each) => each.status === 'rejected' && (each.reason as { code?: string }).code)
    })
    expect((await client.get('/')).json()).toEqual(['ERR_OPTIONS_INVALID', 'ERR_OPTIONS_INVALID'])
  })
})

it('does not touch the response of getServerSideProps after it, of which `next dev` warns', async () => {
  const late: PropertyKey[] = []
  const { client } = await serve(async ({ sessions }, { req, res }) => {
    let isOver = false
    const watched = new Proxy(res, {
      get(target, property) {
        if (isOver) late.push(property)
        const value: unknown = Reflect.get(target, property, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    await updateSession(sessions, { req, res: watched }, (session) => session.regenerate())
    isOver = true
  })
  const response = await client.get('/')
  expect([response.setCookies.length, late]).toEqual([1, []])
})

it.each<[proto: string | undefined, warned: boolean]>([
  ['https', false],
  ['http', true],
  [undefined, true],
])('what Next says of the connection is believed: %s', async (proto, warned) => {
  const { client, events } = await serve(
    ({ sessions }, context) => updateSession(sessions, context, (session) => session.regenerate()),
    { cookie: {} },
  )
  await client.get('/', {
    headers: { host: 'shop.example', ...(proto !== undefined && { 'x-forwarded-proto': proto }) },
  })
  expect(events.some(({ type }) => type === 'insecure-transport')).toBe(warned)
})
