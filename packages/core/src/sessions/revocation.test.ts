import { describe, expect, it } from 'vitest'
import { SessionUnavailableError } from '../base/errors.ts'
import { days } from '../base/time.ts'
import type { SessionEvent } from './events.ts'
import { createRevocation } from './revocation.fixture.ts'
import type { Session } from './session.ts'
import { createJar, createScene, type Fields, NAME, type SceneOptions, START, type Visitor } from './visitor.fixture.ts'

const containing = (text: string): unknown => expect.stringContaining(text)

/** An app with a store, and a browser that is signed in as ada. */
const scene = async (options: SceneOptions<Fields> = {}, anonymous: { readonly revokeAnonymous?: boolean } = {}) => {
  const clock = { now: START }
  const store = createRevocation(clock, anonymous)
  const app = createScene({ revocation: store, ...options }, clock)
  const visitor = app.visitor()
  await visitor.visit((session) => {
    session.regenerate({ subject: 'ada' })
    session.data['n'] = 1
  })
  app.events.length = 0
  store.calls.length = 0
  return { ...app, clock, store, visitor }
}
const originOf = async (visitor: Visitor<Fields>) => (await visitor.visit((session) => session.origin)).result
const told = (events: readonly SessionEvent[]) =>
  events.map((event) => ('reason' in event ? `${event.type} ${event.reason}` : event.type))
const logout = (session: Session<Fields>) => session.destroy()

describe('a logout', () => {
  it('holds against a cookie that was captured before it', async () => {
    const { visitor, events } = await scene()
    const thief = visitor.copy()
    const { result: id } = await visitor.visit((session) => session.id)
    await visitor.visit(logout)
    expect(await originOf(thief)).toBe('fresh')
    expect(told(events).at(-1)).toBe('rejected revoked')
    expect(id).toMatch(/^[\da-f]{32}$/u)
  })

  it('without a store does not: that is why there is one', async () => {
    const app = createScene()
    const visitor = app.visitor()
    await visitor.visit((session) => session.regenerate({ subject: 'ada' }))
    const thief = visitor.copy()
    await visitor.visit(logout)
    expect(await originOf(thief)).toBe('resumed')
  })

  it('tells the store the id and when its entry may be forgotten', async () => {
    const { visitor, store } = await scene({ lifetime: { absolute: 1000, persistent: { absolute: 5000 } } })
    const { result: id } = await visitor.visit((session) => session.id)
    await visitor.visit(logout)
    expect(store.revoked).toEqual([{ kind: 'session', id, until: START + 5000 }])
  })

  it('holds on a failed response, too', async () => {
    const { visitor } = await scene()
    const thief = visitor.copy()
    await visitor.visit(logout, { status: 500 })
    expect(await originOf(thief)).toBe('fresh')
  })

  it('holds when the session is started anew in the same request', async () => {
    const { visitor } = await scene()
    const thief = visitor.copy()
    await visitor.visit((session) => {
      session.destroy()
      session.data['bye'] = true
    })
    expect([await originOf(thief), await originOf(visitor)]).toEqual(['fresh', 'resumed'])
  })

  it.each<[name: string, anonymous: { revokeAnonymous?: boolean }, calls: string[], origin: string]>([
    ['is not listed, so that strangers cannot make the list grow', {}, [], 'resumed'],
    [
      'is listed when the app says that anonymous sessions matter',
      { revokeAnonymous: true },
      ['revoke session'],
      'fresh',
    ],
  ])('of a session without a subject %s', async (_, anonymous, calls, origin) => {
    const { visitor, store } = await scene({}, anonymous)
    visitor.cookies.clear()
    await visitor.visit((session) => (session.data['n'] = 1))
    const thief = visitor.copy()
    store.calls.length = 0
    await visitor.visit(logout)
    expect(store.calls.filter((call) => call.startsWith('revoke'))).toEqual(calls)
    expect(await originOf(thief)).toBe(origin)
  })
})

describe('a slow request', () => {
  /** Runs `other` while a request of the same browser is in its handler. */
  const during = async (
    handler: (session: Session<Fields>) => unknown,
    other: (tab: Visitor<Fields>) => Promise<unknown>,
    anonymous = {},
  ) => {
    const app = await scene({}, anonymous)
    const tab = app.visitor.copy()
    const slow = await app.visitor.visit(async (session) => {
      expect(session.subject).toBe('ada')
      await other(tab)
      handler(session)
    })
    return { ...app, slow, tab }
  }

  it.each<[name: string, handler: (session: Session<Fields>) => unknown, events: string]>([
    ['a change', (session) => (session.data['n'] = 2), 'uncommitted revoked'],
    ['a new id', (session) => session.regenerate(), 'uncommitted revoked'],
    ['a new login of the session', (session) => session.regenerate({ subject: 'ada' }), 'uncommitted revoked'],
    ['a flash', (session) => session.flash.add('info', 'x'), 'uncommitted revoked'],
  ])(
    'does not bring back with %s a session that was logged out meanwhile (CVE-2025-46336)',
    async (_, handler, event) => {
      const { slow, events, visitor } = await during(handler, (tab) => tab.visit(logout))
      expect(slow.cookies).toEqual([])
      expect(told(events)).toContain(event)
      expect(await originOf(visitor)).toBe('fresh')
    },
  )

  it('tells of no loss when it only would have renewed the seal', async () => {
    const { visitor, events, clock, store } = await scene()
    clock.now += 8640
    const tab = visitor.copy()
    const slow = await visitor.visit(async (session) => {
      expect(session.subject).toBe('ada')
      await tab.visit(logout)
    })
    expect(slow.cookies).toEqual([])
    expect(told(events)).not.toContain('uncommitted revoked')
    expect(store.calls.filter((call) => call === 'check')).toHaveLength(3)
  })

  it('can still log out', async () => {
    const { slow } = await during(logout, (tab) => tab.visit(logout))
    expect(slow.cookies.map(({ maxAge }) => maxAge)).toEqual([0])
  })

  it('does not write over a login that another tab has made meanwhile', async () => {
    const { slow, tab } = await during(
      (session) => (session.data['n'] = 2),
      (other) => other.visit((session) => session.regenerate({ subject: 'bob' })),
    )
    expect(slow.cookies).toEqual([])
    expect((await tab.visit((session) => session.subject)).result).toBe('bob')
  })

  it('does not clear by emptying itself what another tab has made of the session', async () => {
    const { visitor, store } = await scene({}, { revokeAnonymous: true })
    visitor.cookies.clear()
    await visitor.visit((session) => (session.data['n'] = 1))
    const tab = visitor.copy()
    const slow = await visitor.visit(async (session) => {
      await tab.visit((other) => other.regenerate({ subject: 'ada' }), {})
      session.data = {}
    })
    expect(slow.cookies).toEqual([])
    expect(store.calls).toContain('revoke superseded')
  })

  it('is not asked about twice when it writes nothing', async () => {
    const { visitor, store } = await scene()
    await visitor.visit((session) => session.data)
    expect(store.calls).toEqual(['check'])
  })
})

describe('an id that regenerate replaced', () => {
  it('reads for ten seconds, then it is refused', async () => {
    const { visitor, clock, events } = await scene()
    const poll = visitor.copy()
    await visitor.visit((session) => session.regenerate())
    clock.now += 9
    expect((await poll.copy().visit((session) => session.data)).result).toEqual({ n: 1 })
    clock.now += 1
    expect(await originOf(poll.copy())).toBe('fresh')
    expect(told(events).at(-1)).toBe('rejected superseded')
  })

  it.each<[name: string, handler: (session: Session<Fields>) => unknown, events: string[]]>([
    ['a change is dropped with an event', (session) => (session.data['n'] = 2), ['opened', 'uncommitted superseded']],
    ['a new id is dropped with an event', (session) => session.regenerate(), ['opened', 'uncommitted superseded']],
    [
      'emptied data does not clear the new cookie',
      (session) => {
        session.data = {}
        session.persistent = true
      },
      ['opened', 'uncommitted superseded'],
    ],
    ['a look loses nothing', (session) => session.data, ['opened']],
    ['a logout is obeyed', logout, ['opened', 'cleared', 'revoked']],
  ])('is read-only meanwhile: %s', async (_, handler, expected) => {
    const { visitor, clock, events } = await scene()
    const poll = visitor.copy()
    await visitor.visit((session) => session.regenerate())
    clock.now += 5
    events.length = 0
    await poll.visit(handler)
    expect(told(events)).toEqual(expected)
  })

  it('does not renew its seal meanwhile, and tells of no loss', async () => {
    const { visitor, clock, events } = await scene({ lifetime: { idle: 20 } })
    clock.now += 1
    const poll = visitor.copy()
    await visitor.visit((session) => session.regenerate())
    clock.now += 5
    events.length = 0
    const { cookies } = await poll.visit((session) => session.data)
    expect([cookies, told(events)]).toEqual([[], ['opened']])
  })

  it('of an anonymous session is not listed: its login costs no entry', async () => {
    const { visitor, store } = await scene()
    visitor.cookies.clear()
    await visitor.visit((session) => (session.data['n'] = 1))
    await visitor.visit((session) => session.regenerate({ subject: 'bob' }))
    expect(store.revoked).toEqual([])
  })

  it('that logs out takes the session with it that has replaced it', async () => {
    const store = createRevocation({ now: START })
    const { visitor: newVisitor } = createScene({ revocation: store })
    const victim = newVisitor()
    await victim.visit((session) => session.regenerate({ subject: 'ada' }))
    const thief = victim.copy()
    await thief.visit((session) => session.regenerate())
    await thief.visit((session) => session.regenerate())
    await victim.visit((session) => session.destroy())
    expect((await thief.visit((session) => session.origin)).result).toBe('fresh')
  })

  it('is named to the store with the grace and the end of its entry', async () => {
    const { visitor, store } = await scene()
    const { result: id } = await visitor.visit((session) => {
      const before = session.id
      session.regenerate()
      return before
    })
    expect(store.revoked).toEqual([
      {
        kind: 'superseded',
        id,
        by: expect.stringMatching(/^[0-9a-f]{32}$/u) as unknown,
        until: START + days(7),
        grace: 10,
      },
    ])
  })
})

describe('revokeSubject', () => {
  it('ends every session of the subject and no other', async () => {
    const { visitor, sessions } = await scene()
    const [phone, bob, guest] = [visitor.copy(), visitor.copy(), visitor.copy()]
    await bob.visit((session) => session.regenerate({ subject: 'bob' }))
    guest.cookies.clear()
    await guest.visit((session) => (session.data['n'] = 1))
    await sessions.revokeSubject('ada')
    expect([await originOf(visitor), await originOf(phone)]).toEqual(['fresh', 'fresh'])
    expect([await originOf(bob), await originOf(guest)]).toEqual(['resumed', 'resumed'])
  })

  it('lets a login live that follows in the same second: it is dated after the cut-off', async () => {
    const { visitor, sessions, clock } = await scene()
    await sessions.revokeSubject('ada')
    await visitor.visit((session) => session.regenerate({ subject: 'ada' }))
    const { result } = await visitor.visit((session) => [session.origin, session.createdAt - clock.now])
    expect(result).toEqual(['resumed', 61])
  })

  it('does not date a login of someone else', async () => {
    const { visitor, sessions, clock } = await scene()
    await sessions.revokeSubject('ada')
    await visitor.visit((session) => session.regenerate({ subject: 'bob' }))
    expect((await visitor.visit((session) => session.createdAt)).result).toBe(clock.now)
  })

  it('keeps nothing that is no session', async () => {
    const { sessions } = createScene({ revocation: createRevocation({ now: START }) })
    const view = { subject: 'ada', regenerate: () => {} } as unknown as Session<Fields>
    await expect(sessions.revokeSubject('ada', { keep: view })).rejects.toMatchObject({ code: 'ERR_OPTIONS_INVALID' })
  })

  it('does not keep a session that was revoked while its request ran', async () => {
    const { sessions, clock, visitor } = createScene({ revocation: createRevocation({ now: START }) })
    const thief = visitor()
    await thief.visit((session) => session.regenerate({ subject: 'ada' }))
    const { cookies } = await thief.visit(async (session) => {
      expect(session.subject).toBe('ada')
      await sessions.revokeSubject('ada')
      await sessions.revokeSubject('ada', { keep: session })
    })
    expect(cookies).toEqual([])
    clock.now += 100
    expect((await thief.visit((session) => session.origin)).result).toBe('fresh')
  })

  it('keeps the session that is named, under a new id and dated after the cut-off', async () => {
    const { visitor, sessions, clock } = await scene()
    const [phone, thief] = [visitor.copy(), visitor.copy()]
    const { result: id, cookies } = await visitor.visit(async (session) => {
      const before = session.id
      await sessions.revokeSubject('ada', { keep: session })
      return before
    })
    const { result } = await visitor.visit((session) => ({
      origin: session.origin,
      data: session.data,
      isNew: session.id !== id,
      after: session.createdAt - clock.now,
    }))
    expect(cookies).toHaveLength(1)
    expect(result).toEqual({ origin: 'resumed', data: { n: 1 }, isNew: true, after: 61 })
    expect([await originOf(phone), await originOf(thief)]).toEqual(['fresh', 'fresh'])
  })

  it('does not make an administrator’s session one of the user whom he signs out', async () => {
    const { visitor, sessions, store } = await scene()
    await visitor.visit(async (session) => {
      await expect(sessions.revokeSubject('bob', { keep: session })).rejects.toMatchObject({
        code: 'ERR_OPTIONS_INVALID',
        message: containing('session.regenerate({ subject })'),
      })
      expect(session.subject).toBe('ada')
    })
    expect(store.revoked).toEqual([])
  })

  it('refuses a session that comes too late to be kept, before anything is revoked', async () => {
    const { visitor, sessions, store } = await scene()
    const { session } = await visitor.visit((own) => own.data)
    await expect(sessions.revokeSubject('ada', { keep: session })).rejects.toMatchObject({
      code: 'ERR_SESSION_COMMITTED',
    })
    expect(store.revoked).toEqual([])
  })

  it('refuses what is no subject', async () => {
    const { sessions } = await scene()
    await expect(sessions.revokeSubject('')).rejects.toMatchObject({ code: 'ERR_DATA_INVALID' })
  })
})

describe('revokeAll', () => {
  it('ends every session, those without a subject too, and lets new ones live', async () => {
    const { visitor, sessions } = await scene()
    const guest = visitor.copy()
    guest.cookies.clear()
    await guest.visit((session) => (session.data['n'] = 1))
    await sessions.revokeAll()
    expect([await originOf(visitor), await originOf(guest)]).toEqual(['fresh', 'fresh'])
    await guest.visit((session) => (session.data['n'] = 1))
    await visitor.visit((session) => session.regenerate({ subject: 'ada' }))
    expect([await originOf(visitor), await originOf(guest)]).toEqual(['resumed', 'resumed'])
  })

  it.each(['revokeAll', 'revokeSubject'] as const)(
    '%s without a store throws and says what is missing',
    async (method) => {
      const { sessions } = createScene()
      await expect(sessions[method]('ada')).rejects.toMatchObject({
        code: 'ERR_REVOCATION_MISSING',
        message: containing('createSessions({ revocation })'),
      })
    },
  )

  it('are told to the operator', async () => {
    const { sessions, events } = await scene()
    await sessions.revokeAll()
    await sessions.revokeSubject('ada')
    expect(events).toEqual([
      { type: 'revoked', cookie: NAME, target: 'all' },
      { type: 'revoked', cookie: NAME, target: 'subject' },
    ])
  })
})

describe('a store that cannot answer', () => {
  it('is thrown when the handler first touches the session, and every time after; the cookie stays', async () => {
    const { visitor, store, sessions, events } = await scene()
    store.failing = true
    const jar = createJar({ cookie: visitor.header() })
    const { handle } = sessions.attach({}, jar)
    const session = await handle.open()
    expect(() => session.subject).toThrow(SessionUnavailableError)
    expect(() => session.data).toThrow(expect.objectContaining({ status: 503, code: 'ERR_SESSION_UNAVAILABLE' }))
    expect(() => (session.data = {})).toThrow(SessionUnavailableError)
    expect(() => session.destroy()).toThrow(SessionUnavailableError)
    await handle.commit(503)
    handle.finish()
    expect(jar.cookies).toEqual([])
    expect(events).toEqual([
      { type: 'unavailable', cookie: NAME, policy: 'closed', error: new Error('the store is down') },
    ])
  })

  it('does not disturb a route that never touches the session', async () => {
    const { visitor, store } = await scene()
    store.failing = true
    const { cookies, headers } = await visitor.visit(() => 'healthy')
    expect([cookies, headers.size]).toEqual([[], 0])
  })

  it('does not disturb a visitor without a cookie who writes nothing', async () => {
    const { visitor, store } = await scene()
    store.failing = true
    visitor.cookies.clear()
    expect((await visitor.visit((session) => session.data)).result).toEqual({})
  })

  it.each<[name: string, handler: (session: Session<Fields>) => unknown, failing: string]>([
    ['a change', (session) => (session.data['n'] = 2), 'check'],
    ['a new id', (session) => session.regenerate(), 'check'],
    ['a login', (session) => session.regenerate({ subject: 'bob' }), 'cutoff'],
  ])('between opening and writing refuses %s, and the cookie stays', async (_, handler, failing) => {
    const { visitor, store, sessions } = await scene()
    const jar = createJar({ cookie: visitor.header() })
    const { handle } = sessions.attach({}, jar)
    handler(await handle.open())
    store.failing = true
    await expect(handle.commit(200)).rejects.toThrow(SessionUnavailableError)
    await handle.commit(503)
    expect(jar.cookies).toEqual([])
    expect(store.calls.at(-1)).toBe(failing)
  })

  it('under "open" is trusted over, with an event each time', async () => {
    const { visitor, store, events } = await scene({ onUnavailable: 'open' })
    store.failing = true
    const { cookies } = await visitor.visit((session) => (session.data['n'] = 2))
    expect(cookies).toHaveLength(1)
    expect(told(events)).toEqual(['unavailable', 'opened', 'unavailable', 'sealed changed'])
    expect(events).toContainEqual({
      type: 'unavailable',
      cookie: NAME,
      policy: 'open',
      error: new Error('the store is down'),
    })
  })

  it('is neither yes nor no to read', async () => {
    const { visitor, store, sessions } = await scene()
    store.failing = true
    expect(await sessions.read(visitor.header())).toEqual({ kind: 'unavailable', subject: undefined })
  })

  it('lets revokeSubject fail in the store’s own words', async () => {
    const { store, sessions } = await scene()
    store.failing = true
    await expect(sessions.revokeSubject('ada')).rejects.toThrow('the store is down')
  })
})
