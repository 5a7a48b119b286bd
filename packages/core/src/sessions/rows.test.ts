import { describe, expect, test, vi } from 'vitest'
import { SessionUnavailableError } from '../base/errors.ts'
import { encodeUtf8 } from '#bytes'
import { decodeUtf8, toHex } from '../base/bytes.ts'
import type { KeySet } from '../seal/keyring.ts'
import { createStore as aroundPort } from './rows.ts'
import type { StorePort } from './store.ts'
import { createStore, DAY, onlyEntry, type TestStore } from './store.fixture.ts'
import {
  createJar,
  createScene,
  createVisitor,
  incompressible,
  keyringOfSeeds,
  NAME,
  type Scene,
  type SceneOptions,
  type Visitor,
} from './visitor.fixture.ts'

type Fields = Record<string, unknown>
const LARGE = incompressible(6000)

function sceneWith(store: TestStore, options: SceneOptions<Fields> = {}): Scene<Fields> {
  return createScene({ store, overflow: 'store', ...options })
}

/** A browser whose session is in the store. */
async function storedVisitor(scene: Scene<Fields>): Promise<Visitor<Fields>> {
  const visitor = scene.visitor()
  await visitor.visit((session) => {
    session.regenerate({ subject: 'ada' })
    session.data['note'] = LARGE
  })
  return visitor
}

test('a port without its functions is refused', () => {
  expect(() => aroundPort({ get: () => null } as unknown as StorePort)).toThrow(
    expect.objectContaining({
      code: 'ERR_OPTIONS_INVALID',
      message: 'The port must have the functions get, set, delete.',
    }),
  )
})

describe('where data is kept', () => {
  test.each([
    { overflow: 'store', note: 'small', entries: 0 },
    { overflow: 'store', note: LARGE, entries: 1 },
    { overflow: 'always', note: 'small', entries: 1 },
    { overflow: 'always', note: LARGE, entries: 1 },
    { overflow: 'chunk', note: 'small', entries: 0 },
  ] as const)(
    'overflow $overflow keeps $note.length characters in $entries entries and gives them back',
    async ({ overflow, note, entries }) => {
      const store = createStore()
      const visitor = sceneWith(store, { overflow }).visitor()
      await visitor.visit((session) => void (session.data['note'] = note))
      expect(store.entries.size).toBe(entries)
      const { result } = await visitor.visit((session) => session.data['note'])
      expect(result).toBe(note)
    },
  )

  test('a session that is in the store has one small cookie, whatever its size', async () => {
    const visitor = await storedVisitor(sceneWith(createStore()))
    expect([...visitor.cookies.keys()]).toEqual([NAME])
    expect(visitor.cookies.get(NAME)?.length).toBeLessThan(200)
  })

  test('a session that has become small comes back into the cookie, and its entry goes', async () => {
    const store = createStore()
    const visitor = await storedVisitor(sceneWith(store))
    await visitor.visit((session) => void (session.data['note'] = 'small'))
    expect(store.entries.size).toBe(0)
    expect((await visitor.visit((session) => session.data)).result).toEqual({ note: 'small' })
  })

  test('flash and claims stay in the cookie', async () => {
    const store = createStore()
    const visitor = await storedVisitor(sceneWith(store))
    await visitor.visit((session) => session.flash.add('info', 'hello'))
    const { result } = await visitor.visit((session) => [session.subject, session.flash.take()])
    expect(result).toEqual(['ada', [{ kind: 'info', text: 'hello' }]])
  })

  test('with overflow "chunk" a stored session of before still opens', async () => {
    const store = createStore()
    const visitor = await storedVisitor(sceneWith(store))
    const view = await sceneWith(store, { overflow: 'chunk' }).sessions.read(visitor.header())
    expect(view).toMatchObject({ kind: 'session', data: { note: LARGE } })
  })
})

describe('what the store is given', () => {
  test('neither the id nor the data can be read from it', async () => {
    const store = createStore()
    const visitor = await storedVisitor(sceneWith(store))
    const { result: id } = await visitor.visit((session) => session.id)
    const { name, value } = onlyEntry(store)
    expect(name).toMatch(/^[0-9a-f]{64}$/u)
    expect(toHex(value)).not.toContain(id)
    expect(decodeUtf8(new Uint8Array(value)) ?? '').not.toContain(LARGE.slice(0, 20))
    expect(toHex(value)).not.toContain(toHex(encodeUtf8(LARGE.slice(0, 20))))
  })

  test.each([
    { why: 'idle ends first', lifetime: { absolute: 7 * DAY, idle: DAY }, ttl: DAY },
    { why: 'absolute ends first', lifetime: { absolute: DAY, idle: DAY }, ttl: DAY },
  ])('may forget the entry when the session ends: $why', async ({ lifetime, ttl }) => {
    const store = createStore()
    await storedVisitor(sceneWith(store, { lifetime }))
    expect(onlyEntry(store).ttl).toBe(ttl)
  })

  test('an extended session keeps its entry longer', async () => {
    const store = createStore()
    const scene = sceneWith(store, { lifetime: { absolute: 7 * DAY, idle: DAY } })
    const visitor = await storedVisitor(scene)
    scene.clock.now += DAY / 2
    await visitor.visit((session) => session.id)
    expect(onlyEntry(store)).toMatchObject({ ttl: DAY, replaces: 1 })
  })
})

describe('the end of an entry', () => {
  test('destroy removes it, and a copy of the cookie opens nothing', async () => {
    const store = createStore()
    const scene = sceneWith(store)
    const visitor = await storedVisitor(scene)
    const thief = visitor.copy()
    await visitor.visit((session) => session.destroy())
    expect(store.entries.size).toBe(0)
    const { result } = await thief.visit((session) => session.origin)
    expect(result).toBe('fresh')
    expect(scene.events.at(-1)).toMatchObject({ type: 'rejected', reason: 'revoked' })
  })

  test('regenerate moves it under another name and another data key, so that the old cookie opens nothing', async () => {
    const store = createStore()
    const scene = sceneWith(store)
    const visitor = await storedVisitor(scene)
    const before = onlyEntry(store)
    const old = visitor.copy()
    await visitor.visit((session) => session.regenerate())
    expect(onlyEntry(store).name).not.toBe(before.name)
    expect((await old.visit((session) => session.origin)).result).toBe('fresh')
    // Whoever had saved the old cookie and puts the new row under the old name gains nothing.
    store.entries.set(before.name, onlyEntry(store))
    await old.visit((session) => session.origin)
    expect(scene.events.at(-1)).toMatchObject({ type: 'rejected', reason: 'forged' })
  })
})

describe('a row is refused', () => {
  test.each([
    {
      what: 'with a flipped bit',
      change: (value: Uint8Array) => value.map((byte, index) => (index === 60 ? byte ^ 1 : byte)),
      reason: 'forged',
    },
    {
      what: 'under another version',
      change: (value: Uint8Array) => value.map((byte, index) => (index === 7 ? byte + 1 : byte)),
      reason: 'forged',
    },
    { what: 'cut short', change: (value: Uint8Array) => value.slice(0, 4), reason: 'malformed' },
    {
      what: 'of an unknown format',
      change: (value: Uint8Array) => value.map((byte, index) => (index === 8 ? 2 : byte)),
      reason: 'unknown-version',
    },
  ])('$what', async ({ change, reason }) => {
    const store = createStore()
    const scene = sceneWith(store)
    const visitor = await storedVisitor(scene)
    const entry = onlyEntry(store)
    store.entries.set(entry.name, { ...entry, value: change(entry.value) })
    expect((await visitor.visit((session) => session.origin)).result).toBe('fresh')
    expect(scene.events.at(-1)).toMatchObject({ type: 'rejected', reason })
  })

  test('of another session, put under this one’s name', async () => {
    const store = createStore()
    const scene = sceneWith(store)
    const mine = await storedVisitor(scene)
    const entry = onlyEntry(store)
    store.entries.clear()
    await storedVisitor(scene)
    store.entries.set(entry.name, onlyEntry(store))
    expect((await mine.visit((session) => session.origin)).result).toBe('fresh')
    expect(scene.events.at(-1)).toMatchObject({ type: 'rejected', reason: 'forged' })
  })

  test('where no store is configured', async () => {
    const visitor = await storedVisitor(sceneWith(createStore()))
    const bare = createScene()
    expect(await bare.sessions.read(visitor.header())).toMatchObject({ kind: 'anonymous' })
    expect(bare.events.at(-1)).toMatchObject({ type: 'rejected', reason: 'malformed' })
  })
})

describe('two requests at once', () => {
  test('the slower one overwrites nothing, and the operator hears of it', async () => {
    const store = createStore()
    const scene = sceneWith(store)
    const visitor = await storedVisitor(scene)
    const other = visitor.copy()
    const { cookies } = await visitor.visit(async (session) => {
      session.data['slow'] = true
      await other.visit((fast) => void (fast.data['fast'] = true))
    })
    expect(cookies).toEqual([])
    expect(scene.events.at(-1)).toEqual({ type: 'uncommitted', cookie: NAME, reason: 'conflict' })
    expect((await visitor.visit((session) => Object.keys(session.data))).result).toEqual(['note', 'fast'])
  })
})

describe('a store that cannot answer', () => {
  test('is an error for whoever touches the session, and for nobody else', async () => {
    const store = createStore()
    const visitor = await storedVisitor(sceneWith(store))
    store.failing = true
    await expect(visitor.visit((session) => session.data)).rejects.toThrow(SessionUnavailableError)
    expect((await visitor.visit()).cookies).toEqual([])
  })

  test('at commit, leaves the browser with the cookie it had', async () => {
    const store = createStore()
    const visitor = await storedVisitor(sceneWith(store))
    const before = visitor.header()
    const failing = visitor.visit((session) => {
      session.data['note'] = incompressible(7000)
      store.failing = true
    })
    await expect(failing).rejects.toThrow(SessionUnavailableError)
    expect(visitor.header()).toBe(before)
  })

  test('at a logout, is asked again until the row is gone', async () => {
    vi.useFakeTimers()
    const store = createStore()
    const visitor = await storedVisitor(sceneWith(store))
    const ending = visitor.visit((session) => {
      session.destroy()
      store.failing = true
    })
    await expect(ending).rejects.toThrow(SessionUnavailableError)
    await vi.advanceTimersByTimeAsync(5000)
    expect(store.entries.size).toBe(1)
    store.failing = false
    await vi.advanceTimersByTimeAsync(60_000)
    expect([store.entries.size, vi.getTimerCount()]).toEqual([0, 0])
    vi.useRealTimers()
  })

  test('at a logout, is told, and the second commit gets the error page out with the cookie cleared', async () => {
    const store = createStore()
    const scene = sceneWith(store)
    const visitor = await storedVisitor(scene)
    const jar = createJar({ cookie: visitor.header() })
    const { handle } = scene.sessions.attach({}, jar)
    const session = await handle.open()
    session.destroy()
    store.failing = true
    await expect(handle.commit(200)).rejects.toThrow(SessionUnavailableError)
    await handle.commit(503)
    expect(jar.cookies.at(-1)).toMatchObject({ name: NAME, maxAge: 0 })
    expect(scene.events.map(({ type }) => type)).toContain('unavailable')
  })
})

describe('keys', () => {
  test('a row that an older key has sealed opens', async () => {
    const store = createStore()
    const visitor = await storedVisitor(sceneWith(store))
    const rotated = sceneWith(store, { keyring: () => keyringOfSeeds(2, 1) })
    expect(await rotated.sessions.read(visitor.header())).toMatchObject({ kind: 'session', data: { note: LARGE } })
  })

  test('a row of a key that is gone opens nothing', async () => {
    const store = createStore()
    const visitor = await storedVisitor(sceneWith(store))
    const scene = sceneWith(store, { keyring: () => keyringOfSeeds(2) })
    expect(await scene.sessions.read(visitor.header())).toMatchObject({ kind: 'anonymous' })
  })
})

test.each(['store', 'always'] as const)('overflow "%s" without a store is refused at construction', (overflow) => {
  expect(() => createScene({ overflow })).toThrow(/needs a store/u)
})

describe('keys that change while the app runs', () => {
  test('a row that another server has sealed with a newer key is read, by an older cookie too', async () => {
    const store = createStore()
    const [old, both] = [await keyringOfSeeds(1), await keyringOfSeeds(2, 1)]
    const first = sceneWith(store, { keyring: old })
    const visitor = await storedVisitor(first)
    const olderTab = visitor.copy()
    const rotated = createScene<Fields>({ store, overflow: 'store', keyring: both }, first.clock)
    await createVisitor(rotated.sessions, visitor.cookies).visit((session) => (session.data['n'] = 1))
    const late: { current: KeySet; refresh: () => void } = {
      current: old.current,
      refresh: () => (late.current = both.current),
    }
    const behind = createScene<Fields>({ store, overflow: 'store', keyring: late }, first.clock)
    const { result } = await createVisitor(behind.sessions, olderTab.cookies).visit((session) => session.data['n'])
    expect(result).toBe(1)
  })

  test('a row is sealed by the keys that its cookie is sealed by', async () => {
    const store = createStore()
    const newer = await keyringOfSeeds(2, 1)
    const keyring: { current: KeySet; check: () => Promise<void> } = {
      current: (await keyringOfSeeds(1)).current,
      async check() {
        await Promise.resolve()
        keyring.current = newer.current
      },
    }
    await storedVisitor(sceneWith(store, { keyring, overflow: 'always' }))
    // Version ‖ envelope: its key id stands behind the 8 bytes of the version and the one of the envelope's.
    expect(toHex(onlyEntry(store).value.subarray(9, 13))).toBe(newer.current.keys[0]?.id)
  })
})
