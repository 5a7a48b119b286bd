import type { Session, Sessions } from '@encrypted-session/core'
import { sealSession } from '@encrypted-session/testing'
import { type NextFetchEvent, NextRequest, NextResponse } from 'next/server.js'
import { beforeEach, describe, expect, it } from 'vitest'
import { type ProxyHandler, sessionProxy, updateSession } from './proxy.ts'
import { cookiesOf, createScene, DEAF, type Scene, SILENT, type Visit } from './visit.fixture.ts'

/** What Next waits for after the answer; it logs what fails. */
let waitedFor: Promise<unknown>[] = []
beforeEach(() => {
  waitedFor = []
})

// The cast: all that is used of it.
const event = {
  waitUntil(promise: Promise<unknown>) {
    promise.catch(() => undefined)
    waitedFor.push(promise)
  },
} as NextFetchEvent
const PAGE = 'https://shop.example/shop?page=2'

interface Visited extends Scene {
  readonly response: Response
  /** Who came, as the response left him. */
  readonly cookie: string
}

/** A signed-in visitor comes by, whose session is due to be extended unless the test says otherwise. */
async function visit(
  handler?: ProxyHandler<Visit>,
  age = 60,
  options: Parameters<typeof createScene>[0] = {},
): Promise<Visited> {
  const scene = createScene(options)
  // By the same clock: of two, one may have begun a second later.
  const { cookieHeader } = await sealSession(createScene({ now: scene.clock }).sessions, {
    subject: 'ada',
    data: { tags: ['old'] },
  })
  scene.clock.advance(age)
  const response = await come(scene.sessions, `theme=dark%20blue; ${cookieHeader}; x="q"`, handler)
  return { ...scene, response, cookie: cookiesOf(response.headers.getSetCookie()) }
}

async function come(sessions: Sessions<Visit>, cookie: string, handler?: ProxyHandler<Visit>): Promise<Response> {
  return sessionProxy(sessions, handler)(new NextRequest(PAGE, { headers: { cookie, 'x-app': 'yes' } }), event)
}

/** The Cookie header that Next will show to what it renders. */
function passedOn(response: Response): string | null {
  return response.headers.get('x-middleware-request-cookie')
}

function headersOf(response: Response, names: readonly string[]): Record<string, string> {
  return Object.fromEntries([...response.headers].filter(([name]) => names.includes(name)))
}

describe('a session that is due', () => {
  it('is extended, and the page sees the new cookie in the same request', async () => {
    const { response, sessions, events, cookie } = await visit()
    expect(events.map((each) => (each.type === 'sealed' ? each.reason : each.type))).toEqual(['opened', 'extended'])
    expect(response.headers.get('x-middleware-next')).toBe('1')
    expect(passedOn(response)).toBe(`theme=dark%20blue; x="q"; ${cookie}`)
    expect(await sessions.read(cookie)).toMatchObject({ subject: 'ada', data: { tags: ['old'] } })
  })

  it('passes all other headers of the request on as they are', async () => {
    const { response } = await visit()
    expect(response.headers.get('x-middleware-override-headers')).toBe('cookie,x-app')
    expect(response.headers.get('x-middleware-request-x-app')).toBe('yes')
  })

  it('is a response that no cache may keep, whatever the page says later', async () => {
    const names = [
      'vary',
      'cache-control',
      'cdn-cache-control',
      'surrogate-control',
      'vercel-cdn-cache-control',
      'cloudflare-cdn-cache-control',
    ]
    const { response } = await visit()
    expect(headersOf(response, names)).toEqual({
      ...Object.fromEntries(names.map((name) => [name, 'private, no-store'])),
      vary: 'Cookie',
    })
  })

  it('loses the chunks that it does not need any more, in the page too', async () => {
    const { sessions, clock } = createScene()
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    clock.advance(60)
    const response = await come(sessions, `${cookieHeader}; ${sessions.cookieName}.1=left`)
    expect(response.headers.getSetCookie()).toHaveLength(2)
    expect(passedOn(response)).not.toContain('.1=')
  })

  it('is extended before the handler runs, which sees it so in every way', async () => {
    let seen: Record<string, unknown> = {}
    const { clock, cookie, sessions } = await visit((request, view) => {
      seen = {
        expires: view.kind === 'session' && view.expiresAt,
        store: request.cookies.get(sessionsName(request))?.value,
        header: request.headers.get('cookie'),
        others: [request.cookies.get('theme')?.value, request.cookies.get('x')?.value],
        path: request.nextUrl.pathname,
        event: 'given',
      }
    })
    expect(seen).toMatchObject({
      expires: clock() + 600,
      store: cookie.slice(sessions.cookieName.length + 1),
      header: `theme=dark%20blue; x="q"; ${cookie}`,
      others: ['dark blue', '"q"'],
      path: '/shop',
    })
  })

  const sessionsName = (request: NextRequest): string =>
    request.cookies.getAll().find(({ name }) => name.endsWith('session'))?.name ?? ''

  it.each<
    [
      what: string,
      handler: ProxyHandler<Visit>,
      expected: { status: number; headers: Record<string, string>; passes: boolean },
    ]
  >([
    ['nothing', () => undefined, { status: 200, headers: { 'x-middleware-next': '1' }, passes: true }],
    ['null', () => null, { status: 200, headers: { 'x-middleware-next': '1' }, passes: true }],
    [
      'next()',
      () => NextResponse.next({ headers: { 'x-mine': '1' } }),
      { status: 200, headers: { 'x-middleware-next': '1', 'x-mine': '1' }, passes: true },
    ],
    [
      'next() with headers of its own for the page',
      (request) => {
        const headers = new Headers(request.headers)
        headers.set('x-added', '1')
        return NextResponse.next({ request: { headers } })
      },
      { status: 200, headers: { 'x-middleware-next': '1', 'x-middleware-request-x-added': '1' }, passes: true },
    ],
    [
      'rewrite()',
      (request) => NextResponse.rewrite(new URL('/other', request.url)),
      { status: 200, headers: { 'x-middleware-rewrite': 'https://shop.example/other' }, passes: true },
    ],
    [
      'redirect()',
      (request) => NextResponse.redirect(new URL('/login', request.url)),
      { status: 307, headers: { location: 'https://shop.example/login' }, passes: false },
    ],
    [
      'a redirect whose headers cannot be changed',
      () => Response.redirect('https://shop.example/login', 303),
      { status: 303, headers: { location: 'https://shop.example/login' }, passes: false },
    ],
    [
      'a response',
      () => Response.json({}, { status: 403, headers: { vary: 'Accept', 'cache-control': 'public' } }),
      { status: 403, headers: { vary: 'Accept, Cookie', 'cache-control': 'private, no-store' }, passes: false },
    ],
  ])('goes out with %s of the handler', async (_, handler, { status, headers, passes }) => {
    const { response, cookie } = await visit(handler)
    expect(response.status).toBe(status)
    expect(Object.fromEntries(response.headers)).toMatchObject(headers)
    expect(cookie).toMatch(/^__Host-Http-session=[\w-]+$/u)
    expect(passedOn(response)).toBe(passes ? `theme=dark%20blue; x="q"; ${cookie}` : null)
  })

  it('is all that reaches the page anew: what the handler does to the request it must say, today as on other days', async () => {
    const { response } = await visit((request) => {
      request.headers.set('x-added', '1')
      request.headers.delete('x-app')
    })
    expect(response.headers.get('x-middleware-override-headers')).toBe('cookie,x-app')
    expect(response.headers.has('x-middleware-request-x-added')).toBe(false)
  })

  it('goes out beside the cookies that the handler sets', async () => {
    const { response } = await visit(() => {
      const passing = NextResponse.next()
      passing.cookies.set('seen', '1')
      return passing
    })
    expect(response.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual(['seen', '__Host-Http-session'])
    expect(response.headers.get('x-middleware-set-cookie')).toBe('seen=1; Path=/')
  })

  it('never gets into a response that the handler gives to everybody', async () => {
    const shared = new Response(null, { status: 204 })
    const { response } = await visit(() => shared)
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect([...shared.headers]).toEqual([])
  })

  it('is not extended by a page that the browser loads ahead', async () => {
    const { sessions, clock } = createScene()
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    clock.advance(60)
    const headers = { cookie: cookieHeader, 'sec-purpose': 'prefetch;prerender' }
    const response = await sessionProxy(sessions)(new NextRequest(PAGE, { headers }), event)
    expect(response.headers.getSetCookie()).toEqual([])
  })
})

describe('a request for which there is nothing to write', () => {
  it.each<[what: string, cookie: (sessions: Sessions<Visit>) => Promise<string> | string]>([
    ['no cookie', () => ''],
    ['cookies of others', () => 'theme=dark'],
    ['a session that is young', async (sessions) => (await sealSession(sessions, { subject: 'ada' })).cookieHeader],
    ['a cookie that is not believed', ({ cookieName }) => `${cookieName}=rubbish`],
  ])('passes as it is with %s', async (_, cookie) => {
    const { sessions } = createScene()
    const response = await come(sessions, await cookie(sessions))
    expect([response.status, [...response.headers]]).toEqual([200, [['x-middleware-next', '1']]])
  })

  it('gets the very response of a handler that does not look at the session', async () => {
    const own = NextResponse.next()
    expect((await visit(() => own, 0)).response).toBe(own)
  })

  it.each<[what: string, look: ProxyHandler<Visit>]>([
    ['a field', (_request, view) => void view.subject],
    ['its data', (_request, { data }) => void data],
    ['all of it', (_request, view) => void { ...view }],
    ['whether there is a field', (_request, view) => void ('subject' in view)],
    ['the names of its fields', (_request, view) => void Reflect.ownKeys(view)],
    ['whether it has a field', (_request, view) => void Object.hasOwn(view, 'subject')],
  ])('varies by cookie when the handler looks at %s', async (_, look) => {
    const { response } = await visit(look, 0)
    expect([...response.headers]).toEqual([
      ['vary', 'Cookie'],
      ['x-middleware-next', '1'],
    ])
  })
})

describe('a change that the handler makes', () => {
  const take: ProxyHandler<Visit> = async (request) => {
    const messages = await updateSession(changed.sessions, request, ({ flash }) => flash.take())
    request.headers.set('x-messages', String(messages.length))
    return NextResponse.next({ request })
  }
  const changed = createScene()

  it.each<[what: string, age: number]>([
    ['a session that is due', 60],
    ['a session that is young', 0],
  ])('is written once for the browser and for the page, in %s', async (_, age) => {
    const { sessions, clock } = changed
    const flash = [{ kind: 'info', text: 'Saved' }]
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada', flash })
    clock.advance(age)
    const response = await come(sessions, cookieHeader, take)
    const cookie = cookiesOf(response.headers.getSetCookie())
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect([passedOn(response), response.headers.get('x-middleware-request-x-messages')]).toEqual([cookie, '1'])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    const view = await sessions.read(cookie)
    expect(view.kind === 'session' && view.flash.peek()).toEqual([])
  })

  it('that changes nothing only makes the response vary by cookie', async () => {
    const { sessions } = changed
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    const response = await come(sessions, cookieHeader, async (request) => {
      await updateSession(sessions, request, () => {})
    })
    expect([...response.headers]).toEqual([
      ['vary', 'Cookie'],
      ['x-middleware-next', '1'],
    ])
  })

  it('that ends the session takes it from the page too', async () => {
    const { sessions } = changed
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    const response = await come(sessions, cookieHeader, async (request) => {
      await updateSession(sessions, request, (session) => {
        session.destroy()
      })
      return NextResponse.rewrite(new URL('/goodbye', request.url))
    })
    expect(response.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')])
    expect(passedOn(response)).toBe('')
  })

  it('that ends the session ends it for the page too where the page’s headers were chosen before', async () => {
    const { sessions } = changed
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    const response = await come(sessions, `theme=dark; ${cookieHeader}`, async (request) => {
      const headers = new Headers(request.headers)
      headers.set('x-added', '1')
      await updateSession(sessions, request, (session) => {
        session.destroy()
      })
      return NextResponse.next({ request: { headers } })
    })
    expect([passedOn(response), response.headers.get('x-middleware-request-x-added')]).toEqual(['theme=dark', '1'])
  })

  it('that makes a session makes it for the page too where the page’s headers had no cookie', async () => {
    const { sessions } = changed
    const request = new NextRequest(PAGE)
    const response = await sessionProxy(sessions, async (same) => {
      const headers = new Headers({ 'x-added': '1' })
      await updateSession(sessions, same, (session) => {
        session.regenerate({ subject: 'ada' })
      })
      return NextResponse.next({ request: { headers } })
    })(request, event)
    expect(passedOn(response)).toBe(cookiesOf(response.headers.getSetCookie()))
    expect(response.headers.get('x-middleware-override-headers')).toBe('x-added,cookie')
  })

  it('is refused once the proxy has answered', async () => {
    const { sessions } = changed
    let late: Promise<unknown> = Promise.resolve()
    const response = await come(sessions, '', (request) => {
      late = updateSession(sessions, request, async (session) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        session.regenerate()
      }).catch((error: unknown) => error)
    })
    expect(await late).toMatchObject({ code: 'ERR_SESSION_COMMITTED' })
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('is refused outside of sessionProxy', async () => {
    const updating = updateSession(changed.sessions, new NextRequest(PAGE), () => {})
    await expect(updating).rejects.toMatchObject({ code: 'ERR_SESSION_READONLY' })
  })
})

describe('what the handler sees', () => {
  it('is the session, which it cannot change at any depth', async () => {
    let caught: unknown[] = []
    await visit((_request, view) => {
      expect(view).toMatchObject({ kind: 'session', subject: 'ada', data: { tags: ['old'] } })
      expect(view.flash.peek()).toEqual([])
      caught = [
        // The casts: what JavaScript does.
        thrown(() => ((view as { subject?: string }).subject = 'mallory')),
        thrown(() => (view.data.tags as string[]).push('new')),
      ]
    })
    expect(caught).toEqual([expect.any(TypeError), expect.any(TypeError)])
  })

  it('is a new visitor where nobody is known', async () => {
    const { sessions } = createScene()
    await come(sessions, 'theme=dark', (_request, view) => {
      expect(view).toMatchObject({ kind: 'anonymous', subject: undefined, data: { tags: [] } })
    })
    expect.assertions(1)
  })
})

describe('when a store cannot say whether the session holds', () => {
  it.each<[what: string, handler: ProxyHandler<Visit> | undefined]>([
    ['there is no handler', undefined],
    ['the handler does not look at it', () => undefined],
  ])('the request passes as it is where %s', async (_, handler) => {
    const { response } = await visit(handler, 60, { revocation: SILENT })
    expect([response.status, [...response.headers]]).toEqual([200, [['x-middleware-next', '1']]])
  })

  it('a handler that looks at it is answered for', async () => {
    const { response } = await visit((_request, view) => void view.subject, 60, { revocation: SILENT })
    expect(response.status).toBe(503)
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'retry-after': '5', vary: 'Cookie' })
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('a handler may answer for itself', async () => {
    const { response } = await visit(
      (_request, view) => {
        try {
          return Response.json(view.subject)
        } catch {
          return new Response('later', { status: 503 })
        }
      },
      60,
      { revocation: SILENT },
    )
    expect(await response.text()).toBe('later')
  })
})

describe('an error of the handler', () => {
  const fail = (): never => {
    throw new Error('no')
  }

  it('is Next’s to answer where nothing was written', async () => {
    await expect(visit(fail, 0)).rejects.toThrow('no')
    expect(waitedFor).toEqual([])
  })

  it.each<[what: string, options: Parameters<typeof createScene>[0], handler: ProxyHandler<Visit>, status: number]>([
    ['after a logout', {}, (request) => changing(request, (session) => session.destroy()).then(fail), 500],
    [
      'in the change, after destroy()',
      {},
      (request) =>
        changing(request, (session) => {
          session.destroy()
          fail()
        }),
      500,
    ],
    [
      'of a store that did not take the end of the session',
      { revocation: DEAF },
      (request) => changing(request, (session) => session.destroy()),
      503,
    ],
  ])('%s goes out with the cookie’s end', async (_, options, handler, status) => {
    scene = createScene(options)
    // By the same clock: of two, one may have begun a second later.
    const { cookieHeader } = await sealSession(createScene({ now: scene.clock }).sessions, { subject: 'ada' })
    const response = await come(scene.sessions, cookieHeader, handler)
    expect([response.status, await response.text()]).toEqual([status, status === 500 ? '' : 'Service Unavailable'])
    expect(response.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    const told = await Promise.allSettled(waitedFor)
    expect(told.map((each) => each.status === 'rejected' && String(each.reason))).toEqual(
      status === 500 ? ['Error: no'] : [],
    )
  })

  it('that says a session is too large answers 413', async () => {
    scene = createScene()
    const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(9000))).toString('base64')
    const response = await come(scene.sessions, '', (request) =>
      changing(request, ({ data }) => {
        data.note = noise
      }),
    )
    expect([response.status, response.headers.getSetCookie()]).toEqual([413, []])
  })

  let scene = createScene()
  const changing = (request: NextRequest, change: (session: Session<Visit>) => void): Promise<void> =>
    updateSession(scene.sessions, request, change)
})

describe('what Next itself answers, for everybody', () => {
  const IMAGE = 'https://shop.example/_next/image?url=%2Fcat.png&w=64&q=75'

  async function fetchImage(
    handler?: ProxyHandler<Visit>,
    url = IMAGE,
    nextConfig: { basePath?: string } = {},
  ): Promise<Scene & { response: Response }> {
    const scene = createScene()
    // By the same clock: of two, one may have begun a second later.
    const { cookieHeader } = await sealSession(createScene({ now: scene.clock }).sessions, { subject: 'ada' })
    scene.clock.advance(60)
    const request = new NextRequest(url, { headers: { cookie: cookieHeader }, nextConfig })
    return { ...scene, response: await sessionProxy(scene.sessions, handler)(request, event) }
  }

  it.each<[what: string, url: string, nextConfig: { basePath?: string }]>([
    ['an image', IMAGE, {}],
    ['an image of an app below a path', 'https://shop.example/docs/_next/image?url=%2Fcat.png', { basePath: '/docs' }],
  ])('gets no cookie, and the session is not even opened: %s', async (_, url, nextConfig) => {
    const { response, events } = await fetchImage(undefined, url, nextConfig)
    expect([...response.headers]).toEqual([['x-middleware-next', '1']])
    expect(events).toEqual([])
  })

  it('may be guarded by a handler, which sees the session that is not extended', async () => {
    const { response, events } = await fetchImage((_request, view) =>
      view.subject === 'ada' ? undefined : new Response(null, { status: 403 }),
    )
    expect([...response.headers]).toEqual([
      ['vary', 'Cookie'],
      ['x-middleware-next', '1'],
    ])
    expect(events.map(({ type }) => type)).toEqual(['opened'])
  })

  it('takes no change', async () => {
    let error: unknown
    const scene = createScene()
    await sessionProxy(scene.sessions, async (request) => {
      error = await updateSession(scene.sessions, request, (session) => {
        session.regenerate()
      }).catch((refused: unknown) => refused)
    })(new NextRequest(IMAGE), event)
    expect(error).toMatchObject({
      code: 'ERR_SESSION_READONLY',
      message: expect.stringContaining('matcher') as unknown,
    })
  })
})

describe('a proxy inside another', () => {
  it('has its own sessions, and the outer one keeps its own', async () => {
    const { sessions: visitors } = createScene()
    const { sessions: admins } = createScene({ cookie: { name: '__Host-admin' } })
    const inner = sessionProxy(admins, async (request) => {
      await updateSession(admins, request, ({ data }) => data.tags.push('admin'))
    })
    const response = await come(visitors, '', async (request, _view, received) => {
      await updateSession(visitors, request, ({ data }) => data.tags.push('before'))
      const answer = await inner(request, received)
      await updateSession(visitors, request, ({ data }) => data.tags.push('after'))
      return answer
    })
    const cookies = cookiesOf(response.headers.getSetCookie())
    for (const header of [cookies, passedOn(response)]) {
      expect([await visitors.read(header), await admins.read(header)]).toMatchObject([
        { data: { tags: ['before', 'after'] } },
        { data: { tags: ['admin'] } },
      ])
    }
  })

  it('of the same sessions leaves the answer to the outer one: a logout inside is not undone', async () => {
    const { sessions, clock } = createScene()
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    clock.advance(60)
    const inner = sessionProxy(sessions, async (request) => {
      await updateSession(sessions, request, (session) => {
        session.destroy()
      })
    })
    const response = await come(sessions, cookieHeader, (request, _view, received) => inner(request, received))
    expect(response.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')])
    expect(passedOn(response)).toBe('')
  })

  it('may be followed by another for the same request', async () => {
    const { sessions } = createScene()
    const request = new NextRequest(PAGE)
    const proxy = sessionProxy(sessions, async (same) => {
      await updateSession(sessions, same, ({ data }) => data.tags.push('again'))
    })
    const responses = [await proxy(request, event), await proxy(request, event)]
    expect(responses.map(({ headers }) => headers.getSetCookie().length)).toEqual([1, 1])
    expect(await sessions.read(request.headers.get('cookie'))).toMatchObject({ data: { tags: ['again', 'again'] } })
  })
})

it('what JavaScript hands over is checked at once', async () => {
  const { sessions } = createScene()
  const refused = expect.objectContaining({ code: 'ERR_OPTIONS_INVALID' }) as Error
  // The casts: what only JavaScript can do.
  expect(() => sessionProxy({} as typeof sessions)).toThrow(refused)
  expect(() => sessionProxy(sessions, {} as ProxyHandler<Visit>)).toThrow(refused)
  const changing = updateSession(sessions, new NextRequest(PAGE), undefined as unknown as () => void)
  await expect(changing).rejects.toEqual(refused)
})

function thrown(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return error
  }
}
