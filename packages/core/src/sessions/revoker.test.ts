import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SessionUnavailableError } from '../base/errors.ts'
import { hours } from '../base/time.ts'
import type { RevocationPort } from './revocation.ts'
import { createRevocation } from './revocation.fixture.ts'
import { createRevocation as aroundPort } from './revoker.ts'
import {
  createJar,
  createScene,
  type Fields,
  incompressible,
  NAME,
  type SceneOptions,
  START,
} from './visitor.fixture.ts'

const A_TEXT: unknown = expect.any(String)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A logout while the store is down. */
const failedLogout = async (options: SceneOptions<Fields> = {}, status = 200) => {
  const clock = { now: START }
  const store = createRevocation(clock)
  const { sessions, events, visitor: newVisitor } = createScene({ revocation: store, ...options }, clock)
  const visitor = newVisitor()
  await visitor.visit((session) => session.regenerate({ subject: 'ada' }))
  const thief = visitor.copy()
  const jar = createJar({ cookie: visitor.header() })
  const { handle } = sessions.attach({}, jar)
  const session = await handle.open()
  session.destroy()
  events.length = 0
  store.failing = true
  const outcome = await handle.commit(status).then(
    () => 'committed',
    (error: unknown) => error,
  )
  return { clock, store, events, handle, jar, outcome, thief }
}

it.each([{}, { check: () => 'alive', revoke: () => undefined }, undefined])(
  'a port without its functions is refused: %o',
  (port) => {
    expect(() => aroundPort(port as unknown as RevocationPort)).toThrow(
      expect.objectContaining({
        code: 'ERR_OPTIONS_INVALID',
        message: 'The port must have the functions check, revoke, cutoff.',
      }),
    )
  },
)

describe('a logout that the store does not take', () => {
  it('answers 503, and the cookie is cleared all the same', async () => {
    const { outcome, jar, events } = await failedLogout()
    expect(outcome).toBeInstanceOf(SessionUnavailableError)
    expect(jar.cookies.map(({ maxAge }) => maxAge)).toEqual([0])
    expect(events).toEqual([
      { type: 'cleared', cookie: NAME, session: A_TEXT },
      {
        type: 'revocation-failed',
        cookie: NAME,
        session: A_TEXT,
        error: new Error('the store is down'),
        retry: 'scheduled',
      },
    ])
  })

  it('answers as the app did under "open"', async () => {
    const { outcome, jar } = await failedLogout({ onUnavailable: 'open' })
    expect(outcome).toBe('committed')
    expect(jar.cookies.map(({ maxAge }) => maxAge)).toEqual([0])
  })

  it('is cleared again on the error page, whose headers may be new, and asks the store no second time', async () => {
    const { handle, jar, store } = await failedLogout()
    const asked = store.calls.length
    await handle.commit(503)
    expect(jar.cookies.map(({ maxAge }) => maxAge)).toEqual([0, 0])
    expect(store.calls).toHaveLength(asked)
  })

  it('is tried again after 1, 2, 4 … 60 seconds until the store takes it, and then no more', async () => {
    const { store, events, thief } = await failedLogout()
    const tries = () => store.calls.filter((call) => call === 'revoke session').length
    const seen: number[] = []
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      await vi.advanceTimersByTimeAsync(seconds * 1000 - 1)
      seen.push(tries())
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    store.failing = false
    await vi.advanceTimersByTimeAsync(60_000)
    expect(tries()).toBe(10)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(tries()).toBe(10)
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
    await vi.waitFor(() =>
      expect(events.at(-1)).toEqual({ type: 'revoked', cookie: NAME, target: 'session', session: A_TEXT }),
    )
    expect((await thief.visit((session) => session.origin)).result).toBe('fresh')
  })

  it('is tried again once for one session, however often it logs out', async () => {
    const { thief } = await failedLogout({ onUnavailable: 'open' })
    const timers = vi.getTimerCount()
    await thief.visit((session) => session.destroy())
    expect([timers, vi.getTimerCount()]).toEqual([1, 1])
  })

  it('is given up when the session would have ended by itself', async () => {
    const { clock, events } = await failedLogout({ lifetime: { absolute: hours(1) } })
    clock.now += hours(1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'revocation-failed', retry: 'given-up' }))
  })

  it('does not keep the process from stopping', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    await failedLogout()
    const timer = timers.mock.results.at(-1)!.value as NodeJS.Timeout
    expect(timer.hasRef()).toBe(false)
  })

  it.each([
    ['one cookie', {}, [NAME]],
    ['two cookies', { text: incompressible(5000) }, [NAME, `${NAME}.1`]],
  ])('takes another login of the same request, in %s, with it: the 503 leaves no cookie', async (_, data, names) => {
    const clock = { now: START }
    const store = createRevocation(clock)
    const { sessions, visitor: newVisitor } = createScene({ revocation: store }, clock)
    const visitor = newVisitor()
    await visitor.visit((session) => session.regenerate({ subject: 'ada' }))
    const revoke = vi.spyOn(store, 'revoke').mockImplementation(() => {
      throw new Error('the store is down')
    })
    const jar = createJar({ cookie: visitor.header() })
    const { handle } = sessions.attach({}, jar)
    const session = await handle.open()
    session.destroy()
    session.regenerate({ subject: 'bob' })
    session.data = data
    await expect(handle.commit(200)).rejects.toThrow(SessionUnavailableError)
    expect(jar.cookies.map(({ name, maxAge }) => [name, maxAge])).toEqual([
      ...names.map((name) => [name, undefined]),
      ...names.map((name) => [name, 0]),
    ])
    expect(revoke).toHaveBeenCalledTimes(1)
  })
})

describe('what regenerate asks of the store', () => {
  it.each<[name: string, options: SceneOptions<Fields>, cookies: number]>([
    ['refuses the new id when the store does not take the old one', {}, 0],
    ['writes the new id under "open"', { onUnavailable: 'open' }, 1],
  ])('%s', async (_, options, cookies) => {
    const clock = { now: START }
    const store = createRevocation(clock)
    const { sessions, visitor: newVisitor } = createScene({ revocation: store, ...options }, clock)
    const visitor = newVisitor()
    await visitor.visit((session) => session.regenerate({ subject: 'ada' }))
    vi.spyOn(store, 'revoke').mockRejectedValue(new Error('the store is down'))
    const jar = createJar({ cookie: visitor.header() })
    const { handle } = sessions.attach({}, jar)
    const session = await handle.open()
    session.regenerate()
    await handle.commit(200).catch(() => undefined)
    expect(jar.cookies).toHaveLength(cookies)
  })

  it('is asked after sealing: data that is too large supersedes nothing', async () => {
    const clock = { now: START }
    const store = createRevocation(clock)
    const visitor = createScene({ revocation: store, compression: 'off' }, clock).visitor()
    await visitor.visit((session) => session.regenerate({ subject: 'ada' }))
    await expect(
      visitor.visit((session) => {
        session.regenerate()
        session.data['text'] = 'x'.repeat(20_000)
      }),
    ).rejects.toMatchObject({ code: 'ERR_SESSION_TOO_LARGE' })
    expect(store.revoked).toEqual([])
  })
})
