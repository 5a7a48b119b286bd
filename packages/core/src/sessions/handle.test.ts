import { describe, expect, it, vi } from 'vitest'
import { SessionTooLargeError } from '../base/errors.ts'
import type { RevocationPort } from './revocation.ts'
import { createRevocation } from './revoker.ts'
import type { Session } from './session.ts'
import {
  createJar,
  createScene,
  type Fields,
  incompressible,
  keyringOfSeeds,
  NAME,
  sealedToken,
} from './visitor.fixture.ts'

const TOO_LARGE = incompressible(12_000)
const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

describe('open', () => {
  it('answers the same session on every call, and reads the cookie once', async () => {
    const scene = createScene()
    const jar = createJar({ cookie: `${NAME}=${await sealedToken()}` })
    const { handle } = scene.sessions.attach({}, jar)
    const [first, second] = await Promise.all([handle.open(), handle.open()])
    expect(await handle.open()).toBe(first)
    expect(second).toBe(first)
    expect(jar.asked.get('cookie')).toBe(1)
    expect(scene.events.map(({ type }) => type)).toEqual(['opened'])
  })

  it('rejects when the keyring cannot be had, and not before a cookie needs it', async () => {
    const scene = createScene({ keyring: () => Promise.reject(new Error('no keys')) })
    await expect(scene.visitor().visit((session) => session.data)).resolves.toMatchObject({ result: {} })
    await expect(
      scene.visitor().visit(undefined, { headers: { cookie: `${NAME}=${await sealedToken()}` } }),
    ).rejects.toThrow('no keys')
  })
})

describe('commit', () => {
  it('runs once', async () => {
    const scene = createScene()
    const jar = createJar()
    const { handle } = scene.sessions.attach({}, jar)
    const session = await handle.open()
    session.data['n'] = 1
    await Promise.all([handle.commit(200), handle.commit(200)])
    await handle.commit(200)
    expect(jar.cookies).toHaveLength(1)
    expect(scene.events.map(({ type }) => type)).toEqual(['sealed'])
  })

  it('that is under way is waited for by the next one, so that no headers go out before its cookie', async () => {
    const keys = gate()
    const scene = createScene({
      async keyring() {
        await keys.opened
        return keyringOfSeeds(1)
      },
    })
    const jar = createJar()
    const { handle } = scene.sessions.attach({}, jar)
    const session = await handle.open()
    session.data['n'] = 1
    const begun = session.commit()
    const adapters = handle.commit(200).then(() => jar.cookies.length)
    keys.open()
    expect(await adapters).toBe(1)
    await begun
  })

  it('that failed leaves the next one to send the error page: nothing is written', async () => {
    const visitor = createScene().visitor()
    await visitor.visit((session) => (session.data['n'] = 1))
    const jar = createJar({ cookie: visitor.header() })
    const { handle } = createScene().sessions.attach({}, jar)
    const session = await handle.open()
    session.data['n'] = TOO_LARGE
    await expect(handle.commit(200)).rejects.toThrow(SessionTooLargeError)
    await handle.commit(413)
    await handle.commit(500)
    handle.finish()
    expect(jar.cookies).toEqual([])
    expect([...jar.headers]).toEqual([['vary', 'Cookie']])
  })

  it('that failed after destroy() still clears, and revokes what it had not come to', async () => {
    const revoke = vi.fn<RevocationPort['revoke']>()
    const revocation = createRevocation({ check: () => 'alive', revoke, cutoff: () => 0 })
    const scene = createScene({ revocation })
    const visitor = scene.visitor()
    await visitor.visit((session) => session.regenerate({ subject: 'ada' }))
    const jar = createJar({ cookie: visitor.header() })
    const { handle } = scene.sessions.attach({}, jar)
    const session = await handle.open()
    const { id } = session
    session.destroy()
    session.data['n'] = TOO_LARGE
    await expect(handle.commit(200)).rejects.toThrow(SessionTooLargeError)
    expect(jar.cookies.map(({ name, maxAge }) => [name, maxAge])).toEqual([[NAME, 0]])
    expect(revoke.mock.calls).toEqual([[expect.objectContaining({ kind: 'session', id })]])
    await handle.commit(413)
    expect(revoke).toHaveBeenCalledTimes(1)
    expect(scene.events.filter(({ type }) => type === 'cleared')).toHaveLength(1)
  })

  it('that failed lets the error page log out', async () => {
    const visitor = createScene().visitor()
    await visitor.visit((session) => (session.data['n'] = 1))
    const jar = createJar({ cookie: visitor.header() })
    const { handle } = createScene().sessions.attach({}, jar)
    const session = await handle.open()
    session.data['n'] = TOO_LARGE
    await expect(handle.commit(200)).rejects.toThrow(SessionTooLargeError)
    session.destroy()
    await handle.commit(413)
    expect(jar.cookies.map(({ name, maxAge }) => [name, maxAge])).toEqual([[NAME, 0]])
  })

  it('takes what the session held when it began, and tells of what was changed while it ran', async () => {
    const keys = gate()
    const scene = createScene({
      async keyring() {
        await keys.opened
        return keyringOfSeeds(1)
      },
    })
    const visitor = scene.visitor()
    const jar = createJar()
    const { handle } = scene.sessions.attach({}, jar)
    const session = await handle.open()
    session.data['n'] = 1
    const committing = handle.commit(200)
    session.data['n'] = 2
    expect(() => session.regenerate()).toThrow(expect.objectContaining({ code: 'ERR_SESSION_COMMITTED' }))
    keys.open()
    await committing
    handle.finish()
    visitor.cookies.set(NAME, jar.cookies[0]!.value)
    expect((await visitor.visit((own) => own.data)).result).toEqual({ n: 1 })
    expect(scene.events).toContainEqual({ type: 'uncommitted', cookie: NAME, reason: 'late' })
  })
})

describe('finish', () => {
  const told = async (
    before: ((session: Session<Fields>) => unknown) | undefined,
    after: ((session: Session<Fields>) => unknown) | undefined,
    commit: 'commit' | 'no commit',
    status = 200,
  ) => {
    const scene = createScene()
    const visitor = scene.visitor()
    await visitor.visit((session) => {
      session.regenerate({ subject: 'ada' })
      session.data['list'] = [1]
    })
    scene.events.length = 0
    const { handle } = scene.sessions.attach({}, createJar({ cookie: visitor.header() }))
    const session = await handle.open()
    before?.(session)
    if (commit === 'commit') await handle.commit(status)
    after?.(session)
    handle.finish()
    return scene.events.flatMap((event) => (event.type === 'uncommitted' ? [event.reason] : []))
  }
  const push = (session: Session<Fields>) => (session.data['list'] as number[]).push(2)
  const look = (session: Session<Fields>) => session.data

  it.each<
    [
      name: string,
      before: ((session: Session<Fields>) => unknown) | undefined,
      after: ((session: Session<Fields>) => unknown) | undefined,
      commit: 'commit' | 'no commit',
      status: number,
      reasons: string[],
    ]
  >([
    ['nothing for a session that nobody touched', undefined, undefined, 'commit', 200, []],
    ['nothing for changes that were written', push, look, 'commit', 200, []],
    ['nothing for a look at any time', look, look, 'commit', 200, []],
    ['nothing for a first look after the headers', undefined, look, 'commit', 200, []],
    ['late for data that was changed after the headers', look, push, 'commit', 200, ['late']],
    ['late for data that was first looked at and changed after the headers', undefined, push, 'commit', 200, ['late']],
    ['late for data that was changed again after the headers', push, push, 'commit', 200, ['late']],
    [
      'late for data that was replaced after the headers',
      look,
      (session) => (session.data = {}),
      'commit',
      200,
      ['late'],
    ],
    [
      'late for data that became what cannot be encoded',
      look,
      (session) => (session.data['f'] = () => 1),
      'commit',
      200,
      ['late'],
    ],
    ['late for changes of a response that nobody committed', push, undefined, 'no commit', 200, ['late']],
    ['late for a logout that nobody committed', (session) => session.destroy(), undefined, 'no commit', 200, ['late']],
    [
      'late for a regenerate that nobody committed',
      (session) => session.regenerate(),
      undefined,
      'no commit',
      200,
      ['late'],
    ],
    [
      'late for a persistent that nobody committed',
      (session) => (session.persistent = true),
      undefined,
      'no commit',
      200,
      ['late'],
    ],
    ['nothing for a look at what nobody committed', look, undefined, 'no commit', 200, []],
    ['once, of a failed response', push, undefined, 'commit', 500, ['failed-response']],
  ])('tells %s', async (_, before, after, commit, status, reasons) => {
    expect(await told(before, after, commit, status)).toEqual(reasons)
  })
})

describe('after the headers', () => {
  const resumed = async (options = {}) => {
    const scene = createScene(options)
    const visitor = scene.visitor()
    await visitor.visit((session) => {
      session.regenerate({ subject: 'ada' })
    })
    const jar = createJar({ cookie: visitor.header() })
    const { handle } = scene.sessions.attach({}, jar)
    return { handle, jar, session: await handle.open() }
  }

  it('a first look tells caches, for a response that is written from it', async () => {
    const { handle, jar, session } = await resumed({ headers: { noStore: 'subject' } })
    await handle.commit(200)
    expect(jar.headers.size).toBe(0)
    expect(session.subject).toBe('ada')
    expect(Object.fromEntries(jar.headers)).toEqual({ vary: 'Cookie', 'cache-control': 'private, no-store' })
  })

  it('a session that was destroyed on a response without a commit is ended in the store', async () => {
    const ended: string[] = []
    const port: RevocationPort = {
      check: () => 'alive',
      revoke: (target) => {
        if (target.kind === 'session') ended.push(target.id)
      },
      cutoff: () => 0,
    }
    const { handle, session } = await resumed({ revocation: createRevocation(port) })
    const { id } = session
    session.destroy()
    handle.finish()
    await vi.waitFor(() => {
      expect(ended).toEqual([id])
    })
  })

  it('a store that cannot be told of it ends no process', async () => {
    const port: RevocationPort = {
      check: () => 'alive',
      revoke: () => Promise.reject(new Error('away')),
      cutoff: () => 0,
    }
    const { handle, session } = await resumed({ revocation: createRevocation(port) })
    session.destroy()
    handle.finish()
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
  })
})
