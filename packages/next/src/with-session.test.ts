import { createMemoryRevocation, sealSession } from '@encrypted-session/testing'
import type * as nextServer from 'next/server.js'
import { NextRequest, NextResponse } from 'next/server.js'
import { notFound, permanentRedirect, redirect } from 'next/navigation.js'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { readSession, updateSession, withSession } from './index.ts'
import { cookiesOf, createScene, DEAF, type Scene, SILENT } from './visit.fixture.ts'

// What Next gives to a Route Handler only while it runs one. That it is so there, apps/next shows over HTTP.
const next = vi.hoisted(() => ({
  store: undefined as unknown,
  headers: new Headers(),
  after: [] as (() => unknown)[],
  hasWaitUntil: true,
}))
vi.mock('next/headers.js', () => ({ cookies: async () => next.store, headers: async () => next.headers }))
vi.mock('next/server.js', async (original) => ({
  ...(await original<typeof nextServer>()),
  after(task: () => unknown) {
    if (!next.hasWaitUntil) throw new Error('`after()` will not work correctly, because `waitUntil` is not available.')
    next.after.push(task)
  },
}))

type Init = NonNullable<ConstructorParameters<typeof NextRequest>[1]>

const context = { params: Promise.resolve({ item: 'tea' }) }
let sent: NextResponse

/** A request whose store has the cookies that it brings, and collects those that are set. */
function request(cookie = '', init: Init = {}): NextRequest {
  const incoming = new NextRequest('https://shop.example/api', {
    ...init,
    headers: { ...(init.headers as Readonly<Record<string, string>> | undefined), cookie },
  })
  sent = new NextResponse()
  const written = sent.cookies
  next.store = {
    getAll: () => [
      ...new Map([...incoming.cookies.getAll(), ...written.getAll()].map((each) => [each.name, each])).values(),
    ],
    set: written.set.bind(written),
    delete: written.delete.bind(written),
  }
  next.headers = incoming.headers
  next.after = []
  next.hasWaitUntil = true
  return incoming
}

beforeEach(() => {
  request()
})

async function signedIn({ sessions }: Pick<Scene, 'sessions'> = createScene()): Promise<string> {
  return (await sealSession(sessions, { subject: 'ada', data: { tags: ['old'] } })).cookieHeader
}

const setCookies = (): string[] => sent.headers.getSetCookie()

describe('what a handler answers', () => {
  it('goes out as a copy with what caches must know, and the cookie beside it', async () => {
    const { sessions } = createScene()
    const answer = Response.json(
      {},
      { status: 201, headers: { vary: 'Accept', 'cache-control': 'public', 'cdn-cache-control': 'public' } },
    )
    const GET = withSession(sessions, (_request, session) => {
      session.data.note = 'written'
      return answer
    })
    const response = await GET(request(), context)
    expect([response.status, Object.fromEntries(response.headers)]).toMatchObject([
      201,
      { vary: 'Accept, Cookie', 'cache-control': 'private, no-store', 'cdn-cache-control': 'private, no-store' },
    ])
    expect([answer.headers.get('vary'), setCookies().length, response.headers.getSetCookie()]).toEqual([
      'Accept',
      1,
      [],
    ])
  })

  it('varies by cookie although the handler looked at nothing, and a session that is due is extended', async () => {
    const { sessions, clock, events } = createScene()
    const cookie = await signedIn()
    clock.advance(60)
    const response = await withSession(sessions, () => new Response())(request(cookie), context)
    expect(response.headers.get('vary')).toBe('Cookie')
    expect(events.at(-1)).toMatchObject({ type: 'sealed', reason: 'extended' })
  })

  it('with a status of 500 drops what was changed', async () => {
    const { sessions } = createScene()
    const GET = withSession(sessions, (_request, session) => {
      session.data.note = 'dropped'
      return new Response(null, { status: 500 })
    })
    expect((await GET(request(), context)).status).toBe(500)
    expect(setCookies()).toEqual([])
  })

  it('is handed the request and the params of the route', async () => {
    const incoming = request()
    const handler = vi.fn(async () => new Response())
    await withSession(createScene().sessions, handler)(incoming, context)
    expect(handler).toHaveBeenCalledWith(incoming, expect.anything(), context)
  })
})

describe('what a handler throws as an answer', () => {
  it.each<[name: string, answer: () => never, init: Init, status: number, location: string | null]>([
    ['redirect', () => redirect('/cart;a?b=c;d'), {}, 307, '/cart;a?b=c;d'],
    ['redirect after a POST', () => redirect('/cart'), { method: 'POST' }, 307, '/cart'],
    [
      'redirect after a form',
      () => redirect('/cart'),
      { method: 'POST', body: new URLSearchParams('a=b') },
      303,
      '/cart',
    ],
    [
      'redirect after a form with files',
      () => redirect('/cart'),
      { method: 'POST', body: new FormData() },
      303,
      '/cart',
    ],
    ['permanentRedirect', () => permanentRedirect('/cart'), {}, 308, '/cart'],
    ['notFound', () => notFound(), {}, 404, null],
  ])('%s has the session’s cookie, and no cache keeps it', async (_, answer, init, status, location) => {
    const { sessions } = createScene()
    const handler = withSession(sessions, (_request, session) => {
      session.data.note = 'kept'
      return answer()
    })
    // The content type of a form is made by the Request.
    const type =
      init.body === undefined ? {} : { 'content-type': new Response(init.body).headers.get('content-type') ?? '' }
    const response = await handler(request('', { ...init, headers: type }), context)
    expect([response.status, response.headers.get('location')]).toEqual([status, location])
    expect(Object.fromEntries(response.headers)).toMatchObject({ vary: 'Cookie', 'cache-control': 'private, no-store' })
    expect(await sessions.read(cookiesOf(setCookies()))).toMatchObject({ data: { note: 'kept' } })
  })
})

describe('a failure', () => {
  it('is left to Next where there is no cookie to send', async () => {
    const failure = new Error('no')
    const GET = withSession(createScene().sessions, (_request, session) => {
      session.data.note = 'dropped'
      throw failure
    })
    await expect(GET(request(), context)).rejects.toBe(failure)
    expect([setCookies(), next.after]).toEqual([[], []])
  })

  it('after destroy() answers with the cookie’s end, and is told to Next', async () => {
    const failure = new Error('no')
    const GET = withSession(createScene().sessions, (_request, session) => {
      session.destroy()
      throw failure
    })
    const response = await GET(request(await signedIn()), context)
    expect([response.status, response.headers.get('cache-control'), await response.text()]).toEqual([
      500,
      'private, no-store',
      '',
    ])
    expect(setCookies()).toEqual([
      expect.stringMatching(/^__Host-Http-session=; .*Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0/u),
    ])
    expect(next.after).toHaveLength(1)
    expect(next.after[0]).toThrow(failure)
  })

  it('after destroy() has the cookie’s end also on a host without waitUntil, where Node tells of the error', async () => {
    const failure = new Error('no')
    const told = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const GET = withSession(createScene().sessions, (_request, session) => {
      session.destroy()
      throw failure
    })
    const incoming = request(await signedIn())
    next.hasWaitUntil = false
    expect((await GET(incoming, context)).status).toBe(500)
    expect(setCookies()).toEqual([expect.stringContaining('Max-Age=0')])
    expect(told).toHaveBeenCalledWith(failure)
    told.mockRestore()
  })

  it.each<
    [
      what: string,
      options: Parameters<typeof createScene>[0],
      change: (note: { data: { note?: string }; destroy(): void }) => void,
      status: number,
      cookie: boolean,
    ]
  >([
    ['a session that is too large', {}, ({ data }) => (data.note = noise()), 413, false],
    ['a store that cannot answer', { revocation: SILENT }, () => {}, 503, false],
    [
      'a store that did not take the end of the session',
      { revocation: DEAF },
      (session) => session.destroy(),
      503,
      true,
    ],
  ])('of the session answers by itself: %s', async (_, options, change, status, cookie) => {
    const GET = withSession(createScene(options).sessions, (_request, session) => {
      change(session)
      return new Response()
    })
    const response = await GET(request(await signedIn()), context)
    expect([response.status, setCookies().length]).toEqual([status, cookie ? 1 : 0])
    expect(response.headers.get('cache-control')).toContain('no-store')
  })

  it('to write may be answered by the handler', async () => {
    const GET = withSession(createScene().sessions, async (_request, session) => {
      session.data.note = noise()
      try {
        await session.commit()
      } catch (error) {
        return Response.json(String(error), { status: 422 })
      }
      return new Response()
    })
    const response = await GET(request(), context)
    expect([response.status, setCookies()]).toEqual([422, []])
    expect(await response.json()).toContain('Bytes by field: note')
  })
})

describe('inside a handler', () => {
  it('updateSession has the same session, and so has another handler', async () => {
    const { sessions } = createScene()
    const inner = withSession(sessions, (_request, session) => {
      session.data.tags.push('inner')
      return Response.json(session.data)
    })
    const GET = withSession(sessions, async (incoming, session) => {
      session.data.tags.push('outer')
      const same = await updateSession(sessions, (again) => again === session)
      session.data.tags.push(String(same))
      return inner(incoming, context)
    })
    const response = await GET(request(), context)
    expect(await response.json()).toEqual({ tags: ['outer', 'true', 'inner'] })
    expect(await sessions.read(cookiesOf(setCookies()))).toMatchObject({ data: { tags: ['outer', 'true', 'inner'] } })
  })

  it('readSession shows what was changed so far', async () => {
    const { sessions } = createScene()
    const GET = withSession(sessions, async (_request, session) => {
      session.data.tags.push('new')
      const { data } = await readSession(sessions)
      session.data.tags.push('newer')
      return Response.json(data)
    })
    const response = await GET(request(await signedIn()), context)
    expect(await response.json()).toEqual({ tags: ['old', 'new'] })
  })

  it('without withSession, readSession shows what updateSession has written', async () => {
    const { sessions } = createScene({ revocation: createMemoryRevocation() })
    request(await signedIn())
    expect(await readSession(sessions)).toMatchObject({ subject: 'ada', data: { tags: ['old'] } })
    await updateSession(sessions, (session) => session.data.tags.push('new'))
    expect(await readSession(sessions)).toMatchObject({ data: { tags: ['old', 'new'] } })
    await updateSession(sessions, (session) => {
      session.destroy()
    })
    expect(await readSession(sessions)).toMatchObject({ kind: 'anonymous', data: { tags: [] } })
  })
})

describe('readSession', () => {
  it('shows a frozen view of a session and of nobody', async () => {
    const { sessions } = createScene()
    for (const cookie of [await signedIn(), '']) {
      request(cookie)
      const view = await readSession(sessions)
      expect([view, view.data, view.data.tags, view.flash].map(Object.isFrozen)).toEqual([true, true, true, true])
    }
  })

  it('rejects where a store cannot say whether the session holds', async () => {
    request(await signedIn())
    const reading = readSession(createScene({ revocation: SILENT }).sessions)
    await expect(reading).rejects.toMatchObject({ code: 'ERR_SESSION_UNAVAILABLE' })
  })
})

it.each([withSession, updateSession])('where Next lets nobody write, %o does not begin', async (write) => {
  const refuse = (): never => {
    throw new Error('Cookies can only be modified in a Server Action or Route Handler.')
  }
  const incoming = request(await signedIn())
  next.store = { getAll: () => incoming.cookies.getAll(), set: refuse, delete: refuse }
  const { sessions, events } = createScene()
  const writing =
    write === updateSession
      ? updateSession(sessions, () => {})
      : withSession(sessions, () => new Response())(incoming, context)
  await expect(writing).rejects.toMatchObject({ code: 'ERR_SESSION_READONLY' })
  expect(events).toEqual([])
})

it('what JavaScript hands over is checked, by a handler when it is made', async () => {
  const { sessions } = createScene()
  const refused = expect.objectContaining({ code: 'ERR_OPTIONS_INVALID' }) as Error
  // The casts: what only JavaScript can do.
  const none = undefined as unknown as () => Response
  expect(() => withSession({} as typeof sessions, none)).toThrow(refused)
  expect(() => withSession(sessions, none)).toThrow(refused)
  await expect(updateSession(sessions, none)).rejects.toEqual(refused)
  await expect(readSession({} as typeof sessions)).rejects.toEqual(refused)
})

function noise(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(9000))).toString('base64')
}
