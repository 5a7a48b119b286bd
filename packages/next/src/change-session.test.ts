import type { CookieJar, Session } from '@encrypted-session/core'
import { createMemoryJar, type MemoryJar, sealSession } from '@encrypted-session/testing'
import { redirect } from 'next/navigation.js'
import { describe, expect, it } from 'vitest'
import { changeSession } from './change-session.ts'
import { createScene, DEAF, SILENT, type Visit } from './visit.fixture.ts'
import { WrittenCookies } from './written-cookies.ts'

/** A request's store of cookies, which shows what was written to it: a new one for every request. */
function createPlace(cookie = ''): { readonly store: object; readonly jar: CookieJar & MemoryJar } {
  const jar = createMemoryJar()
  return {
    store: {},
    jar: {
      ...jar,
      get: (header) => (header === 'cookie' ? new WrittenCookies(jar.cookies).carriedBy(cookie) : undefined),
    },
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

describe('what a callback leaves', () => {
  it('is written before its answer is given', async () => {
    const { sessions } = createScene()
    const place = createPlace()
    const answer = await changeSession(sessions, place, (session) => {
      session.data.tags.push('new')
      return 'answer'
    })
    expect(answer).toBe('answer')
    expect(await sessions.read(place.jar.get('cookie'))).toMatchObject({ kind: 'session', data: { tags: ['new'] } })
  })

  it('is nothing when it changes nothing', async () => {
    const { sessions } = createScene()
    const { cookieHeader } = await sealSession(sessions, { subject: 'ada' })
    const place = createPlace(cookieHeader)
    await changeSession(sessions, place, ({ data }) => data.tags.length)
    expect(place.jar.cookies).toEqual([])
  })

  it('is an extended session when that is due, although it looks at nothing', async () => {
    const { sessions, clock, events } = createScene()
    const place = createPlace((await sealSession(sessions, { subject: 'ada' })).cookieHeader)
    clock.advance(60)
    await changeSession(sessions, place, () => {})
    expect(events.at(-1)).toMatchObject({ type: 'sealed', reason: 'extended' })
    expect(place.jar.cookies).toHaveLength(1)
  })

  it.each<[how: string, end: (session: Session<Visit>) => unknown, cookies: readonly string[]]>([
    ['redirect()', () => redirect('/cart'), ['session']],
    [
      'destroy() and redirect()',
      (session) => {
        session.destroy()
        redirect('/')
      },
      ['session='],
    ],
    [
      'an error',
      () => {
        throw new Error('no')
      },
      [],
    ],
    [
      'destroy() and an error',
      (session) => {
        session.destroy()
        throw new Error('no')
      },
      ['session='],
    ],
    [
      'an error of another library with a status',
      () => {
        throw Object.assign(new Error('no'), { status: 404 })
      },
      [],
    ],
    [
      'something else than an error',
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- what some code does
        throw undefined
      },
      [],
    ],
  ])('with %s at the end is what should be, and the throw goes on', async (_, end, cookies) => {
    const { sessions } = createScene({ cookie: { secure: false } })
    const place = createPlace((await sealSession(sessions, { subject: 'ada' })).cookieHeader)
    let thrown: unknown
    const changing = changeSession(sessions, place, async (session) => {
      session.data.note = 'changed'
      try {
        await end(session)
      } catch (error) {
        thrown = error
        throw error
      }
    })
    expect(await changing.catch((error: unknown) => [error])).toEqual([thrown])
    expect(place.jar.cookies.map(({ name, maxAge }) => (maxAge === 0 ? `${name}=` : name))).toEqual(cookies)
  })
})

describe('of two failures', () => {
  const tooLarge = (session: Session<Visit>): void => {
    session.data.note = Buffer.from(crypto.getRandomValues(new Uint8Array(9000))).toString('base64')
  }

  it('an error of the callback is told before one of the commit', async () => {
    const { sessions } = createScene()
    const changing = changeSession(sessions, createPlace(), (session) => {
      tooLarge(session)
      throw new Error('the first')
    })
    await expect(changing).rejects.toThrow('the first')
  })

  it('a redirect is none: that the session is too large is told instead', async () => {
    const { sessions } = createScene()
    const changing = changeSession(sessions, createPlace(), (session) => {
      tooLarge(session)
      redirect('/')
    })
    await expect(changing).rejects.toMatchObject({ code: 'ERR_SESSION_TOO_LARGE' })
  })

  it('an error is told before a revocation that failed, and the browser loses the cookie all the same', async () => {
    const { sessions } = createScene({ revocation: DEAF })
    const place = createPlace((await sealSession(sessions, { subject: 'ada' })).cookieHeader)
    const changing = changeSession(sessions, place, (session) => {
      session.destroy()
      throw new Error('the first')
    })
    await expect(changing).rejects.toThrow('the first')
    expect(place.jar.cookies).toMatchObject([{ maxAge: 0 }])
  })

  it('a revocation that failed is told where nothing was thrown, and the browser loses the cookie all the same', async () => {
    const { sessions } = createScene({ revocation: DEAF })
    const place = createPlace((await sealSession(sessions, { subject: 'ada' })).cookieHeader)
    const changing = changeSession(sessions, place, (session) => {
      session.destroy()
    })
    await expect(changing).rejects.toMatchObject({ code: 'ERR_SESSION_UNAVAILABLE' })
    expect(place.jar.cookies).toMatchObject([{ maxAge: 0 }])
  })
})

it('where a store cannot say whether the session holds, the callback is not called', async () => {
  const { cookieHeader } = await sealSession(createScene().sessions, { subject: 'ada' })
  const { sessions } = createScene({ revocation: SILENT })
  let called = false
  const changing = changeSession(sessions, createPlace(cookieHeader), () => (called = true))
  await expect(changing).rejects.toMatchObject({ code: 'ERR_SESSION_UNAVAILABLE', status: 503 })
  expect(called).toBe(false)
})

describe('of one request', () => {
  it('callbacks that run at once follow one another, and nothing is lost', async () => {
    const { sessions } = createScene()
    const place = createPlace()
    const push = (tag: string, wait: () => Promise<void>): Promise<void> =>
      changeSession(sessions, place, async (session) => {
        await wait()
        session.data.tags.push(tag)
      })
    await Promise.all([push('a', pause), push('b', async () => {}), push('c', pause)])
    expect(await sessions.read(place.jar.get('cookie'))).toMatchObject({ data: { tags: ['a', 'b', 'c'] } })
  })

  it('one that throws does not stop the next', async () => {
    const { sessions } = createScene()
    const place = createPlace()
    const failing = changeSession(sessions, place, async (session) => {
      session.data.note = 'dropped'
      await pause()
      throw new Error('no')
    })
    const next = changeSession(sessions, place, ({ data }) => data.tags.push('kept'))
    await expect(failing).rejects.toThrow('no')
    await next
    expect(await sessions.read(place.jar.get('cookie'))).toMatchObject({ data: { tags: ['kept'] } })
  })

  it('one inside another has the same session, which is written once', async () => {
    const { sessions } = createScene()
    const place = createPlace()
    const same = await changeSession(sessions, place, async (outer) => {
      outer.data.note = 'outer'
      await pause()
      const inner = await changeSession(sessions, place, async (session) => {
        await pause()
        session.data.tags.push(`after ${session.data.note}`)
        return session
      })
      return inner === outer
    })
    expect([same, place.jar.cookies.length]).toEqual([true, 1])
    expect(await sessions.read(place.jar.get('cookie'))).toMatchObject({ data: { tags: ['after outer'] } })
  })

  it('one inside another that fails leaves the outer one to decide', async () => {
    const { sessions } = createScene()
    const place = createPlace()
    await changeSession(sessions, place, async (outer) => {
      await changeSession(sessions, place, (inner) => {
        inner.data.tags.push('half')
        throw new Error('no')
      }).catch(() => {})
      outer.data.note = 'still written'
    })
    expect(await sessions.read(place.jar.get('cookie'))).toMatchObject({
      data: { note: 'still written', tags: ['half'] },
    })
  })

  it('one that an ended one has left running has a session of its own', async () => {
    const { sessions } = createScene()
    const place = createPlace()
    let running: Promise<unknown> = Promise.resolve()
    await changeSession(sessions, place, (outer) => {
      outer.data.note = 'first'
      running = pause().then(() => changeSession(sessions, place, ({ data }) => data.tags.push(`after ${data.note}`)))
    })
    await running
    expect(await sessions.read(place.jar.get('cookie'))).toMatchObject({
      data: { note: 'first', tags: ['after first'] },
    })
  })

  it('two kinds of sessions that are nested crosswise do not wait for each other for ever, and lose nothing', async () => {
    const { sessions } = createScene()
    const { sessions: admins } = createScene({ cookie: { name: '__Host-admin' } })
    const place = createPlace()
    const nested = (outer: typeof sessions, inner: typeof sessions): Promise<void> =>
      changeSession(outer, place, async ({ data }) => {
        await pause()
        data.tags.push('outer')
        await changeSession(inner, place, (session) => session.data.tags.push('inner'))
      })
    await Promise.all([nested(sessions, admins), nested(admins, sessions)])
    const header = place.jar.get('cookie')
    expect([await sessions.read(header), await admins.read(header)]).toMatchObject([
      { data: { tags: ['outer', 'inner'] } },
      { data: { tags: ['inner', 'outer'] } },
    ])
  })

  it('two of other sessions inside one, at once, follow one another', async () => {
    const { sessions } = createScene()
    const { sessions: admins } = createScene({ cookie: { name: '__Host-admin' } })
    const place = createPlace()
    const push = (tag: string): Promise<unknown> =>
      changeSession(admins, place, async ({ data }) => {
        await pause()
        data.tags.push(tag)
      })
    await changeSession(sessions, place, () => Promise.all([push('a'), push('b')]))
    expect(await admins.read(place.jar.get('cookie'))).toMatchObject({ data: { tags: ['a', 'b'] } })
  })

  it('one of two kinds of sessions may begin inside one of the other', async () => {
    const { sessions } = createScene()
    const { sessions: admins } = createScene({ cookie: { name: '__Host-admin' } })
    const place = createPlace()
    await changeSession(sessions, place, async (session) => {
      session.data.note = 'a visitor'
      await changeSession(admins, place, (admin) => {
        admin.data.note = 'an admin'
      })
    })
    const header = place.jar.get('cookie')
    expect([await sessions.read(header), await admins.read(header)]).toMatchObject([
      { data: { note: 'a visitor' } },
      { data: { note: 'an admin' } },
    ])
  })
})

it('one inside another of another request has that request’s session', async () => {
  const { sessions } = createScene()
  const [one, two] = [createPlace(), createPlace()]
  await changeSession(sessions, one, async (session) => {
    session.data.note = 'one'
    await changeSession(sessions, two, ({ data }) => (data.note = `two, not ${data.note}`))
  })
  expect([await sessions.read(one.jar.get('cookie')), await sessions.read(two.jar.get('cookie'))]).toMatchObject([
    { data: { note: 'one' } },
    { data: { note: 'two, not undefined' } },
  ])
})

it('callbacks of two requests neither wait for nor see each other', async () => {
  const { sessions } = createScene()
  const [one, two] = [createPlace(), createPlace()]
  const order: string[] = []
  await Promise.all([
    changeSession(sessions, one, async (session) => {
      await pause()
      session.data.tags.push('one')
      order.push('one')
    }),
    changeSession(sessions, two, (session) => {
      session.data.tags.push('two')
      order.push('two')
    }),
  ])
  expect(order).toEqual(['two', 'one'])
  expect([await sessions.read(one.jar.get('cookie')), await sessions.read(two.jar.get('cookie'))]).toMatchObject([
    { data: { tags: ['one'] } },
    { data: { tags: ['two'] } },
  ])
})

it.each<[what: string, events: readonly string[], change: (session: Session<Visit>) => Promise<void>]>([
  [
    'a change after session.commit() is told as one that came too late',
    ['sealed', 'uncommitted late'],
    async (session) => {
      session.data.note = 'written'
      await session.commit()
      session.data.note = 'too late'
    },
  ],
  [
    'a change before it is not',
    ['sealed'],
    async (session) => {
      session.data.note = 'written'
      await session.commit()
    },
  ],
])('%s', async (_, expected, change) => {
  const { sessions, events } = createScene()
  await changeSession(sessions, createPlace(), change)
  expect(events.map((event) => (event.type === 'uncommitted' ? `${event.type} ${event.reason}` : event.type))).toEqual(
    expected,
  )
})
