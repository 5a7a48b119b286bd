import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { SessionUnavailableError } from '../base/errors.ts'
import { hours } from '../base/time.ts'
import { createKeyring, type Keyring, type KeySet, parseKeyring } from '../seal/keyring.ts'
import { createRevocation } from './revocation.fixture.ts'
import type { KeyringSource } from './options.ts'
import { createSessions } from './sessions.ts'
import {
  createJar,
  createScene,
  createVisitor,
  type Fields,
  keyringOfSeeds,
  NAME,
  sealedToken,
  secretOf,
  START,
} from './visitor.fixture.ts'

const A_TEXT: unknown = expect.any(String)

describe('ready', () => {
  it.each<[name: string, keyring: KeyringSource, code: string]>([
    ['no key text', () => parseKeyring(undefined), 'ERR_KEYRING_MISSING'],
    ['an empty key text', () => parseKeyring(' '), 'ERR_KEYRING_MISSING'],
    ['a passphrase', () => parseKeyring('correct horse battery staple'), 'ERR_KEYRING_INVALID'],
    ['a key with a typing error', () => parseKeyring(`esk_${'A'.repeat(48)}`), 'ERR_KEYRING_INVALID'],
    ['no keys', () => createKeyring([]), 'ERR_KEYRING_INVALID'],
    ['a function that answers a text', () => 'esk_abc' as unknown as Keyring, 'ERR_KEYRING_INVALID'],
    ['a function that answers nothing', () => undefined as unknown as Keyring, 'ERR_KEYRING_INVALID'],
  ])('throws for %s, so that a bad key stops the deploy', async (_, keyring, code) => {
    await expect(createSessions({ keyring }).ready()).rejects.toMatchObject({ name: 'SessionError', code })
  })

  it('throws what a keyring function throws', async () => {
    const error = new Error('the vault is sealed')
    await expect(createSessions({ keyring: () => Promise.reject(error) }).ready()).rejects.toBe(error)
    await expect(
      createSessions({
        keyring: () => {
          throw error
        },
      }).ready(),
    ).rejects.toBe(error)
  })

  it('asks the keyring function once, however many ask at the same time', async () => {
    const keyring = vi.fn(() => keyringOfSeeds(1))
    const { sessions, visitor } = createScene({ keyring })
    await Promise.all([sessions.ready(), sessions.ready(), visitor().visit((session) => (session.data['n'] = 1))])
    await sessions.ready()
    expect(keyring).toHaveBeenCalledTimes(1)
  })

  it('asks again after a failure, and not once it has answered', async () => {
    const keyring = vi.fn(() => keyringOfSeeds(1)).mockRejectedValueOnce(new Error('not yet'))
    const sessions = createSessions({ keyring })
    await expect(sessions.ready()).rejects.toThrow('not yet')
    await sessions.ready()
    await sessions.ready()
    expect(keyring).toHaveBeenCalledTimes(2)
  })

  describe('of keys that do not come', () => {
    /** A keyring function whose answers tests give, one for each call. */
    function slowly() {
      vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
      onTestFinished(() => void vi.useRealTimers())
      const answers: ReturnType<typeof Promise.withResolvers<Keyring>>[] = []
      const { sessions, events } = createScene({
        keyring() {
          const answer = Promise.withResolvers<Keyring>()
          answers.push(answer)
          return answer.promise
        },
      })
      return { answers, sessions, events }
    }

    it('asks again after 10 seconds, for whoever waits: Workers drop what a request has begun, without a word', async () => {
      const { answers, sessions } = slowly()
      const waiting = Promise.all([sessions.ready(), sessions.ready()])
      vi.advanceTimersByTime(9999)
      expect(answers).toHaveLength(1)
      vi.advanceTimersByTime(1)
      expect(answers).toHaveLength(2)
      answers[1]?.resolve(await keyringOfSeeds(2))
      await waiting
      await sessions.ready()
      expect(answers).toHaveLength(2)
      expect(vi.getTimerCount()).toBe(0)
    })

    it('keeps the first that come, whatever becomes of a later load', async () => {
      const { answers, sessions } = slowly()
      const waiting = Promise.all([sessions.ready(), sessions.ready()])
      vi.advanceTimersByTime(10_000)
      answers[0]?.resolve(await keyringOfSeeds(1))
      await waiting
      answers[1]?.reject(new Error('down'))
      await sessions.ready()
      await sessions.ready()
      expect(answers).toHaveLength(2)
    })

    it('rejects with the failure, and asks again at the next call', async () => {
      const { answers, sessions } = slowly()
      const waiting = sessions.ready()
      answers[0]?.reject(new Error('down'))
      await expect(waiting).rejects.toThrow('down')
      const again = sessions.ready()
      answers[1]?.resolve(await keyringOfSeeds(1))
      await again
      expect(vi.getTimerCount()).toBe(0)
    })
  })
})

describe('attach', () => {
  it('gives one handle for a request, and one owner', () => {
    const { sessions } = createScene()
    const request = {}
    const first = sessions.attach(request, createJar())
    const second = sessions.attach(request, createJar())
    expect(second.handle).toBe(first.handle)
    expect([first.isOwner, second.isOwner, sessions.attach(request, createJar()).isOwner]).toEqual([true, false, false])
  })

  it('gives other requests other handles', () => {
    const { sessions } = createScene()
    expect(sessions.attach({}, createJar()).handle).not.toBe(sessions.attach({}, createJar()).handle)
  })

  it('lets two sessions share a request, each with its own cookie', async () => {
    const user = createScene({ cookie: { name: '__Host-user' } }).sessions
    const admin = createScene({ cookie: { name: '__Host-admin' } }).sessions
    const cookies = new Map<string, string>()
    const request = {}
    const jar = createJar()
    const handles = [user, admin].map((sessions) => sessions.attach(request, jar))
    for (const [index, { handle, isOwner }] of handles.entries()) {
      const session = await handle.open()
      session.data['n'] = index
      await handle.commit(200)
      expect(isOwner).toBe(true)
    }
    for (const { name, value } of jar.cookies) cookies.set(name, value)
    expect([...cookies.keys()]).toEqual(['__Host-user', '__Host-admin'])
    expect(jar.headers.get('vary')).toBe('Cookie')
    expect((await createVisitor(user, cookies).visit((session) => session.data)).result).toEqual({ n: 0 })
    expect((await createVisitor(admin, cookies).visit((session) => session.data)).result).toEqual({ n: 1 })
  })

  it.each<[name: string, here: object, there: object]>([
    ['another name', { cookie: { name: '__Host-a' } }, { cookie: { name: '__Host-b' } }],
    [
      'another audience',
      { audience: 'a', cookie: { name: '__Host-a' } },
      { audience: 'b', cookie: { name: '__Host-a' } },
    ],
    ['no audience', { audience: 'a', cookie: { name: '__Host-a' } }, { cookie: { name: '__Host-a' } }],
  ])('opens nothing that was sealed under %s', async (_, here, there) => {
    const visitor = createScene(here).visitor()
    await visitor.visit((session) => (session.data['n'] = 1))
    const [value] = visitor.cookies.values()
    const other = createScene(there)
    await other.visitor().visit(undefined, { headers: { cookie: `${other.sessions.cookieName}=${value}` } })
    expect(other.events).toMatchObject([{ type: 'rejected', reason: 'forged' }])
  })

  it('refuses two sessions that would write one cookie: one would be the other', () => {
    const request = {}
    const [visitors, admins] = [createScene().sessions, createScene().sessions]
    visitors.attach(request, createJar())
    expect(() => admins.attach(request, createJar())).toThrow(/cookie\.name/u)
    expect(visitors.attach(request, createJar()).isOwner).toBe(false)
  })
})

describe('read', () => {
  it.each<[name: string, header: unknown, options: unknown, message: string]>([
    [
      'a text where a list of origins is meant',
      'a=b',
      { origin: 'https://shop', allowedOrigins: 'https://shop.example' },
      'allowedOrigins must be origins',
    ],
    [
      'an origin with a path',
      'a=b',
      { allowedOrigins: ['https://shop.example/'] },
      'allowedOrigins must be origins without a path',
    ],
    [
      'a name that it does not know',
      'a=b',
      { origin: 'https://evil.example', allowedOrigin: ['https://shop.example'] },
      'sessions.read.allowedOrigin is not an option: there are origin, allowedOrigins',
    ],
    ['a request', { headers: {} }, {}, 'The Cookie header must be a string'],
  ])('refuses %s', async (_, header, options, message) => {
    const { sessions } = createScene()
    await expect(sessions.read(header as never, options as never)).rejects.toMatchObject({
      code: 'ERR_OPTIONS_INVALID',
      message: expect.stringContaining(message) as unknown,
    })
  })

  it('shows a session as it was sealed, and writes nothing', async () => {
    const { sessions, visitor: newVisitor, clock } = createScene()
    const visitor = newVisitor()
    const { result: id } = await visitor.visit((session) => {
      session.regenerate({ subject: 'ada' })
      session.persistent = true
      session.data['cart'] = [{ item: 'tea' }]
      session.flash.add('info', 'hello')
      return session.id
    })
    clock.now += hours(20)
    const view = await sessions.read(visitor.header())
    expect(view).toEqual({
      kind: 'session',
      data: { cart: [{ item: 'tea' }] },
      id,
      subject: 'ada',
      createdAt: START,
      expiresAt: START + hours(24),
      authenticatedAt: START,
      persistent: true,
      cookie: { name: NAME, bytes: visitor.header().length - 1, chunks: 1, keyId: A_TEXT },
      flash: { peek: expect.any(Function) as unknown },
    })
    expect(view.kind === 'session' && [view.flash.peek(), view.flash.peek('error')]).toEqual([
      [{ kind: 'info', text: 'hello' }],
      [],
    ])
  })

  it.each<[name: string, header: string | null | undefined]>([
    ['undefined', undefined],
    ['null', null],
    ['empty', ''],
    ['another cookie', 'a=b'],
  ])('is anonymous without a cookie: %s', async (_, header) => {
    const keyring = vi.fn(() => keyringOfSeeds(1))
    const { sessions, events } = createScene({ initial: (): Fields => ({ cart: [] }), keyring })
    const view = await sessions.read(header)
    expect(view).toMatchObject({ kind: 'anonymous', data: { cart: [] }, subject: undefined })
    expect(view.kind === 'anonymous' && view.flash.peek()).toEqual([])
    expect(events).toEqual([])
    expect(keyring).not.toHaveBeenCalled()
  })

  it('freezes the data at every depth, of a session and of nobody', async () => {
    const { sessions, visitor: newVisitor } = createScene({ initial: (): Fields => ({ cart: [{ n: 1 }] }) })
    const visitor = newVisitor()
    await visitor.visit((session) => (session.data['more'] = 1))
    for (const header of [visitor.header(), undefined]) {
      const view = await sessions.read(header)
      const data = (view.kind === 'unavailable' ? {} : view.data) as { cart: { n: number }[] }
      expect(() => (data.cart[0]!.n = 2)).toThrow(TypeError)
      expect(() => data.cart.push({ n: 2 })).toThrow(TypeError)
    }
  })

  it.each<[origin: string | null | undefined, allowedOrigins: readonly string[] | undefined, kind: string]>([
    ['https://app.example', ['https://app.example'], 'session'],
    ['https://app.example', ['https://other.example', 'https://app.example'], 'session'],
    ['https://evil.example', ['https://app.example'], 'anonymous'],
    ['https://app.example.evil', ['https://app.example'], 'anonymous'],
    [undefined, ['https://app.example'], 'anonymous'],
    [null, ['https://app.example'], 'anonymous'],
    ['https://app.example', [], 'anonymous'],
    ['https://evil.example', undefined, 'session'],
  ])('with the origin %s where %j may connect is %s', async (origin, allowedOrigins, kind) => {
    const { sessions } = createScene()
    const header = `${NAME}=${await sealedToken()}`
    expect(
      (await sessions.read(header, { origin, ...(allowedOrigins !== undefined && { allowedOrigins }) })).kind,
    ).toBe(kind)
  })

  it('shows a superseded session during its grace, since reading is all it may', async () => {
    const clock = { now: START }
    const { sessions, visitor: newVisitor } = createScene({ revocation: createRevocation(clock) }, clock)
    const visitor = newVisitor()
    await visitor.visit((session) => session.regenerate({ subject: 'ada' }))
    const old = visitor.header()
    await visitor.visit((session) => session.regenerate())
    clock.now += 9
    expect((await sessions.read(old)).kind).toBe('session')
    clock.now += 1
    expect((await sessions.read(old)).kind).toBe('anonymous')
  })

  it('tells of what it opened and what it refused', async () => {
    const { sessions, events } = createScene()
    await sessions.read(`${NAME}=${await sealedToken()}`)
    await sessions.read(`${NAME}=!`)
    await sessions.read(`${NAME}=${await sealedToken({ payload: '{' })}`)
    expect(events.map((event) => ('reason' in event ? event.reason : event.type))).toEqual([
      'opened',
      'malformed',
      'opened',
      'undecodable',
    ])
  })
})

describe('keys that change while the app runs', () => {
  it('re-seal on a later visit and lose nobody', async () => {
    const [first, second] = [await keyringOfSeeds(1), await keyringOfSeeds(2, 1)]
    const keyring = { current: first.current }
    const { visitor: newVisitor, events, clock } = createScene({ keyring })
    const visitor = newVisitor()
    await visitor.visit((session) => (session.data['n'] = 1))
    keyring.current = second.current
    clock.now += 300
    expect((await visitor.visit((session) => session.data)).result).toEqual({ n: 1 })
    keyring.current = (await keyringOfSeeds(2)).current
    expect((await visitor.visit((session) => session.data)).result).toEqual({ n: 1 })
    expect(events.map((event) => (event.type === 'sealed' ? event.reason : event.type))).toEqual([
      'changed',
      'opened',
      'rekeyed',
      'opened',
    ])
  })

  it('stop opening at once what a key sealed that is gone', async () => {
    const keyring = { current: (await keyringOfSeeds(1)).current }
    const { visitor: newVisitor, events } = createScene({ keyring })
    const visitor = newVisitor()
    await visitor.visit((session) => (session.data['n'] = 1))
    await visitor.visit()
    keyring.current = (await createKeyring([secretOf(2)])).current
    await visitor.visit()
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason: 'unknown-key' })
  })
})

describe('a keyring that looks after its keys itself', () => {
  it('is made ready once, before the first session', async () => {
    const ready = vi.fn(() => Promise.resolve())
    const keyring = { current: (await keyringOfSeeds(1)).current, ready }
    const { sessions, visitor } = createScene({ keyring: () => keyring })
    expect(ready).not.toHaveBeenCalled()
    await Promise.all([sessions.ready(), visitor().visit((session) => (session.data['n'] = 1))])
    expect(ready).toHaveBeenCalledTimes(1)
  })

  it('stops the start with what it rejects with, and is asked again', async () => {
    const ready = vi.fn(() => Promise.resolve()).mockRejectedValueOnce(new Error('keys.json is not there'))
    const { sessions } = createScene({ keyring: { current: (await keyringOfSeeds(1)).current, ready } })
    await expect(sessions.ready()).rejects.toThrow('keys.json is not there')
    await sessions.ready()
    expect(ready).toHaveBeenCalledTimes(2)
  })

  it('has its refusals told, once each, and goes on with the keys it has', async () => {
    let refuse: ((error: unknown) => void) | undefined
    const onRefused = vi.fn((listener: (error: unknown) => void) => (refuse = listener))
    const { visitor: newVisitor, events } = createScene({
      keyring: { current: (await keyringOfSeeds(1)).current, onRefused },
    })
    const visitor = newVisitor()
    await visitor.visit((session) => (session.data['n'] = 1))
    expect(onRefused).toHaveBeenCalledTimes(1)
    const error = new Error('line 3: a comma too much')
    refuse?.(error)
    expect(events.at(-1)).toEqual({ type: 'keyring-refused', cookie: NAME, error })
    expect((await visitor.visit((session) => session.data)).result).toEqual({ n: 1 })
  })
})

describe('without keys', () => {
  const missing = new SessionUnavailableError('/run/keys.json cannot be read: ENOENT.')
  const nothing = { keys: [], revokedIds: new Set<string>(), missing }

  it('the app starts, and whoever comes has a fresh session; the cookie stays', async () => {
    const keyring: { current: KeySet } = { current: (await keyringOfSeeds(1)).current }
    const { sessions, visitor: newVisitor, events } = createScene({ keyring })
    const visitor = newVisitor()
    await visitor.visit((session) => (session.data['n'] = 1))
    const cookie = visitor.header()
    const withKeys = keyring.current
    keyring.current = nothing
    await sessions.ready()
    expect((await visitor.visit((session) => [session.origin, session.data])).result).toEqual(['fresh', {}])
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason: 'unknown-key' })
    expect(visitor.header()).toBe(cookie)
    keyring.current = withKeys
    expect((await visitor.visit((session) => session.data)).result).toEqual({ n: 1 })
  })

  it('a write fails with 503 and says what is missing; nothing is set', async () => {
    const visitor = createScene({ keyring: { current: nothing } }).visitor()
    const written = visitor.visit((session) => (session.data['n'] = 1))
    await expect(written).rejects.toMatchObject({
      name: 'SessionUnavailableError',
      status: 503,
      message: missing.message,
    })
    expect(visitor.cookies.size).toBe(0)
  })

  it('a logout still clears the cookie', async () => {
    const keyring: { current: KeySet } = { current: (await keyringOfSeeds(1)).current }
    const visitor = createScene({ keyring }).visitor()
    await visitor.visit((session) => (session.data['n'] = 1))
    keyring.current = nothing
    await visitor.visit((session) => {
      session.destroy()
    })
    expect(visitor.cookies.size).toBe(0)
  })
})
