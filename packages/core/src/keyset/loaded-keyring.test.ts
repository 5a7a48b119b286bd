import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { encodeUtf8 } from '#bytes'
import { SessionError, SessionUnavailableError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { Rejection } from '../base/rejection.ts'
import { createKeyring } from '../seal/keyring.ts'
import { createSealer, type Sealer } from '../seal/sealer.ts'
import {
  BAD_FILES,
  ID,
  NOW,
  OLD_ID,
  OLD_SECRET,
  REVOKED_ID,
  SECRET,
  secretOf,
  STRANGE_ID,
  STRANGE_SECRET,
  TEXT,
} from './keyset-file.fixture.ts'
import { createLoadedKeyring } from './loaded-keyring.ts'
import type { LoadedKeyringOptions } from './refresh-options.ts'
import type { LoadedKeyring } from './refreshing-keyring.ts'

const PURPOSE = { kind: 'cookie', name: 'session' } as const
const PLAINTEXT = encodeUtf8('what a token holds')

afterEach(() => {
  vi.useRealTimers()
})

/** A keyring, what its function answers, and a clock that tests move. */
interface Scene {
  readonly keyring: LoadedKeyring
  readonly load: ReturnType<typeof vi.fn<() => MaybePromise<string>>>
  readonly sealer: Sealer
  pass(seconds: number): void
  /** What listeners were told. */
  readonly refused: readonly unknown[]
}

function sceneOf(answer: () => MaybePromise<string>, options: LoadedKeyringOptions = {}): Scene {
  let uptime = 1000
  const refused: unknown[] = []
  const load = vi.fn(answer)
  const keyring = createLoadedKeyring(load, { now: () => NOW, uptime: () => uptime, ...options })
  keyring.onRefused((error) => refused.push(error))
  return {
    keyring,
    load,
    sealer: createSealer(keyring, PURPOSE),
    pass: (seconds) => {
      uptime += seconds
    },
    refused,
  }
}

/** The ids of the keys that are there. */
function idsOf({ current }: LoadedKeyring): readonly string[] {
  return current.keys.map(({ id }) => id)
}

/** A token that the key of a number has sealed, elsewhere. */
async function sealedBy(number: number): Promise<string> {
  const { token } = await createSealer(await createKeyring([secretOf(number)]), PURPOSE).seal(PLAINTEXT, NOW)
  return token
}

/** A promise that tests settle. */
function pending(): { readonly promise: Promise<string>; readonly resolve: (text: string) => void } {
  return Promise.withResolvers<string>()
}

/** Before any test stops the clock. */
const realTimeout = setTimeout

/** Lets whatever can go on go on, WebCrypto too. */
async function settle(): Promise<void> {
  await new Promise((resolve) => {
    realTimeout(resolve, 20)
  })
}

describe('what a function answers', () => {
  it.each([
    ['keys in text', ` ${SECRET}, ${OLD_SECRET}\n`, [ID, OLD_ID], []],
    ['a keyset', TEXT, expect.arrayContaining([ID, OLD_ID]) as unknown, [REVOKED_ID]],
  ])('is %s', async (_, text, ids, revokedIds) => {
    const { keyring } = sceneOf(() => text)
    await keyring.ready()
    expect(idsOf(keyring)).toEqual(ids)
    expect([...keyring.current.revokedIds]).toEqual(revokedIds)
    expect(await keyring.health()).toMatchObject({ state: 'current', sealingKeyId: ID, keyIds: ids, loadedAt: NOW })
  })

  it('is loaded by the first who seals, where nobody has awaited ready()', async () => {
    const { load, sealer } = sceneOf(async () => SECRET)
    const sealed = await Promise.all([sealer.seal(PLAINTEXT, NOW), sealer.seal(PLAINTEXT, NOW)])
    expect(sealed).toMatchObject([{ keyId: ID }, { keyId: ID }])
    expect(load).toHaveBeenCalledOnce()
  })

  it('shows no secret in the keyring, in its health nor in an error', async () => {
    for (const answer of [SECRET, TEXT, `${SECRET}x`, TEXT.replaceAll('"', "'"), TEXT.slice(0, -20)]) {
      const { keyring, refused } = sceneOf(() => answer)
      await keyring.ready()
      const shown = inspect([keyring, keyring.current, await keyring.health(), refused], { depth: 9, showHidden: true })
      for (const secret of [SECRET, OLD_SECRET]) expect(shown).not.toContain(secret.slice(4, 12))
    }
  })

  it('is quoted by no message of ours, whatever the error of the function quotes', async () => {
    const { keyring } = sceneOf(() => String(JSON.parse(SECRET)))
    await keyring.ready()
    expect(keyring.current.missing?.message).toMatch(/There are no session keys\. .* failed with SyntaxError/u)
    expect(keyring.current.missing?.message).not.toContain('esk_')
  })
})

describe('keys that grow old', () => {
  it('are loaded again beside a request when refreshEvery has passed, and not before', async () => {
    const { keyring, load, pass } = sceneOf(() => SECRET)
    await keyring.ready()
    pass(299)
    expect(keyring.check()).toBeUndefined()
    expect(load).toHaveBeenCalledTimes(1)
    pass(1)
    const next = pending()
    load.mockReturnValue(next.promise)
    expect([keyring.check(), keyring.check()]).toEqual([undefined, undefined])
    expect(load).toHaveBeenCalledTimes(2)
    expect(idsOf(keyring)).toEqual([ID])
    next.resolve(`${OLD_SECRET} ${SECRET}`)
    await settle()
    expect(idsOf(keyring)).toEqual([OLD_ID, ID])
  })

  it('are waited for when twice refreshEvery has passed', async () => {
    const { keyring, load, pass } = sceneOf(() => SECRET, { refreshEvery: 60 })
    await keyring.ready()
    load.mockImplementation(async () => OLD_SECRET)
    pass(120)
    await keyring.check()
    expect(idsOf(keyring)).toEqual([OLD_ID])
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('of a source that takes longer than refreshEvery are not waited for by a busy app', async () => {
    const { keyring, load, pass } = sceneOf(() => SECRET, { refreshEvery: 2 })
    await keyring.ready()
    const waits: unknown[] = []
    for (const later of [SECRET, OLD_SECRET, SECRET]) {
      const slow = pending()
      load.mockReturnValue(slow.promise)
      for (let second = 0; second < 3; second++) {
        pass(1)
        waits.push(keyring.check())
      }
      slow.resolve(later)
      await settle()
    }
    expect(new Set(waits)).toEqual(new Set([undefined]))
    expect(load.mock.calls.length).toBeGreaterThan(2)
  })

  it('are loaded once for all who wait', async () => {
    const { keyring, load, pass } = sceneOf(() => SECRET, { refreshEvery: 5 })
    await keyring.ready()
    const next = pending()
    load.mockReturnValue(next.promise)
    pass(10)
    const waiting = Promise.all([Promise.resolve(keyring.check()), keyring.health()])
    next.resolve(OLD_SECRET)
    await waiting
    expect(idsOf(keyring)).toEqual([OLD_ID])
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('are loaded anew for who has to wait, when a load beside an earlier request has not come back: it may be gone with that', async () => {
    const { keyring, load, pass } = sceneOf(() => SECRET, { refreshEvery: 5 })
    await keyring.ready()
    const dropped = pending()
    load.mockReturnValue(dropped.promise)
    pass(5)
    expect(keyring.check()).toBeUndefined()
    load.mockReturnValue(OLD_SECRET)
    pass(5)
    await keyring.check()
    expect(idsOf(keyring)).toEqual([OLD_ID])
    dropped.resolve(SECRET)
    await settle()
    expect(idsOf(keyring)).toEqual([OLD_ID])
    expect(load).toHaveBeenCalledTimes(3)
  })

  it('are waited for no longer than a load may take, though whoever began it is gone, timer and all', async () => {
    const { keyring, load, pass } = sceneOf(() => SECRET)
    await keyring.ready()
    load.mockReturnValue(pending().promise)
    pass(600)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    void keyring.check()
    vi.clearAllTimers()
    pass(4)
    let isOver = false
    void keyring.check()?.then(() => (isOver = true))
    await vi.advanceTimersByTimeAsync(6999)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(isOver).toBe(true)
    expect(idsOf(keyring)).toEqual([ID])
  })

  it('are handed to waitUntil as they are being loaded, and its errors concern nobody', async () => {
    const waitUntil = vi.fn<(load: Promise<void>) => void>(() => {
      throw new Error('not in a request')
    })
    const { keyring, load, pass } = sceneOf(() => SECRET, { waitUntil })
    await keyring.ready()
    expect(waitUntil).toHaveBeenCalledTimes(1)
    load.mockReturnValue(OLD_SECRET)
    pass(300)
    expect(keyring.check()).toBeUndefined()
    expect(waitUntil).toHaveBeenCalledTimes(2)
    await waitUntil.mock.calls[1]?.[0]
    expect(idsOf(keyring)).toEqual([OLD_ID])
  })

  it('stay the same object when the answer is the same, and become another when it is not', async () => {
    const { keyring, load, pass } = sceneOf(() => TEXT)
    await keyring.ready()
    const { current } = keyring
    pass(600)
    await keyring.check()
    expect(load).toHaveBeenCalledTimes(2)
    expect(keyring.current).toBe(current)
    load.mockReturnValue(`${TEXT}\n`)
    pass(600)
    await keyring.check()
    expect(keyring.current).not.toBe(current)
  })

  it('open nothing from the moment that one of them is revoked, remembered tokens included', async () => {
    const { keyring, load, pass, sealer } = sceneOf(() => `${SECRET} ${OLD_SECRET}`)
    const token = await sealedBy(2)
    // Twice: from the second visit on a token is remembered.
    for (let visit = 0; visit < 3; visit++) expect(await sealer.unseal(token)).toMatchObject({ keyId: OLD_ID })
    load.mockReturnValue(SECRET)
    pass(600)
    await keyring.check()
    expect(await sealer.unseal(token)).toEqual(new Rejection('unknown-key', OLD_ID))
  })
})

describe('a token of an unknown key', () => {
  it('has the keys loaded at once', async () => {
    const { keyring, load, sealer } = sceneOf(() => SECRET)
    await keyring.ready()
    load.mockReturnValue(`${SECRET} ${STRANGE_SECRET}`)
    expect(await sealer.unseal(await sealedBy(4))).toMatchObject({ keyId: STRANGE_ID })
  })

  it('has them loaded once, however many come, and once more after 10 seconds', async () => {
    const { keyring, load, pass, sealer } = sceneOf(async () => SECRET)
    await keyring.ready()
    const token = await sealedBy(4)
    const flood = async (): Promise<void> => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => sealer.unseal(token)))
      expect(new Set(answers.map((answer) => answer instanceof Rejection && answer.reason))).toEqual(
        new Set(['unknown-key']),
      )
    }
    await flood()
    await flood()
    expect(load).toHaveBeenCalledTimes(2)
    pass(9)
    await flood()
    expect(load).toHaveBeenCalledTimes(2)
    pass(1)
    await flood()
    expect(load).toHaveBeenCalledTimes(3)
  })

  it('has them loaded more often where refreshEvery is shorter than that', async () => {
    const { keyring, load, pass, sealer } = sceneOf(() => SECRET, { refreshEvery: 4 })
    const token = await sealedBy(4)
    await keyring.ready()
    await sealer.unseal(token)
    pass(3)
    await sealer.unseal(token)
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('waits for a load that others wait for and begins no second one', async () => {
    const { keyring, load, pass, sealer } = sceneOf(() => SECRET)
    await keyring.ready()
    const next = pending()
    load.mockReturnValue(next.promise)
    pass(600)
    void keyring.check()
    const opening = sealer.unseal(await sealedBy(4))
    await settle()
    next.resolve(`${SECRET} ${STRANGE_SECRET}`)
    expect(await opening).toMatchObject({ keyId: STRANGE_ID })
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('does not wait for a load beside another request, and begins one of its own', async () => {
    const { keyring, load, pass, sealer } = sceneOf(() => SECRET)
    await keyring.ready()
    load.mockReturnValue(pending().promise)
    pass(300)
    expect(keyring.check()).toBeUndefined()
    load.mockReturnValue(`${SECRET} ${STRANGE_SECRET}`)
    expect(await sealer.unseal(await sealedBy(4))).toMatchObject({ keyId: STRANGE_ID })
    expect(load).toHaveBeenCalledTimes(3)
  })
})

describe('a load that fails', () => {
  const FAILURES: readonly (readonly [string, () => MaybePromise<string>, RegExp])[] = [
    ['rejects', () => Promise.reject(new RangeError('down')), /^The function that loads them failed with RangeError/u],
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what others' code does
    ['rejects with no error', () => Promise.reject('down'), /^The function that loads them failed: /u],
    ['throws', thrower, /^The function that loads them failed with TypeError/u],
    ['answers nothing', () => '', /must answer a text/u],
    ['answers no text', () => Buffer.from(SECRET) as unknown as string, /must answer a text/u],
    [
      'answers what is too large for keys',
      () => `${SECRET} `.repeat(2000),
      /have 106000 characters, and 65536 are the most/u,
    ],
    ['answers a mistyped key', () => `${SECRET}A`, /answered no valid ones: Key 1 of 1 is not complete/u],
    ...BAD_FILES.slice(0, 3)
      .filter(({ text }) => text !== '')
      .map(
        ({ name, text, line }) =>
          [`answers a keyset that ${name}`, () => text, new RegExp(`line ${line}: `, 'u')] as const,
      ),
  ]

  it.each(FAILURES)('because the function %s leaves the last good keys, and says so', async (_, answer, words) => {
    const { keyring, load, pass, refused, sealer } = sceneOf(() => SECRET)
    await keyring.ready()
    const { current } = keyring
    load.mockImplementation(answer)
    pass(600)
    await keyring.check()
    expect(keyring.current).toBe(current)
    expect(await sealer.seal(PLAINTEXT, NOW)).toMatchObject({ keyId: ID })
    expect(refused).toEqual([expect.objectContaining({ message: expect.stringMatching(words) as unknown })])
    expect(await keyring.health()).toEqual({
      state: 'stale',
      sealingKeyId: ID,
      keyIds: [ID],
      loadedAt: NOW,
      error: refused[0],
    })
  })

  it.each(FAILURES)(
    'at first because the function %s leaves an empty keyring that says why',
    async (_, answer, words) => {
      const { keyring, sealer } = sceneOf(answer)
      await expect(keyring.ready()).resolves.toBeUndefined()
      expect(keyring.current).toMatchObject({ keys: [], missing: expect.any(SessionUnavailableError) as unknown })
      await expect(sealer.seal(PLAINTEXT, NOW)).rejects.toMatchObject({
        code: 'ERR_SESSION_UNAVAILABLE',
        message: expect.stringMatching(new RegExp(words.source.replace('^', ''), 'u')) as unknown,
      })
      expect(await sealer.unseal(await sealedBy(1))).toEqual(new Rejection('unknown-key', ID))
      expect(await keyring.health()).toMatchObject({
        state: 'missing',
        keyIds: [],
        error: expect.any(SessionError) as unknown,
      })
    },
  )

  it.each(FAILURES)('at first because the function %s stops an app that requires keys', async (_, answer, words) => {
    const { keyring } = sceneOf(answer, { required: true })
    await expect(keyring.ready()).rejects.toThrow(words)
  })

  it('is told once for each failure, however often it is tried, and again after a recovery', async () => {
    const { keyring, load, pass, refused } = sceneOf(() => SECRET)
    await keyring.ready()
    const attempt = async (answer: () => MaybePromise<string>): Promise<void> => {
      load.mockImplementation(answer)
      pass(600)
      await keyring.check()
    }
    const down = (): Promise<string> => Promise.reject(new Error('down'))
    await attempt(down)
    await attempt(down)
    expect(refused).toHaveLength(1)
    await attempt(() => Promise.reject(new Error('denied')))
    expect(refused).toHaveLength(2)
    await attempt(() => SECRET)
    expect(await keyring.health()).not.toHaveProperty('error')
    await attempt(down)
    expect(refused).toHaveLength(3)
    expect(load).toHaveBeenCalledTimes(6)
  })

  it.each([
    ['is its own cause', Object.assign(new Error('down'), { cause: undefined })],
    ['has no text', Object.create(null) as unknown],
    ['throws when it is looked at', Object.defineProperty(new Error('down'), 'message', { get: thrower })],
  ])('is no more than that when its error %s', async (name, error) => {
    if (name === 'is its own cause') (error as Error).cause = error
    const { keyring, load, pass, refused } = sceneOf(() => SECRET)
    await keyring.ready()
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what others' code does
    load.mockImplementation(() => Promise.reject(error))
    pass(600)
    await keyring.check()
    expect(refused).toEqual([expect.objectContaining({ cause: error })])
    expect(await keyring.health()).toMatchObject({ state: 'stale', keyIds: [ID] })
  })

  it('is told at once to whoever listens later', async () => {
    const { keyring, refused } = sceneOf(() => '')
    await keyring.ready()
    const late = vi.fn()
    keyring.onRefused(late)
    expect(late.mock.calls).toEqual([refused])
  })

  it('is not made worse by a listener that throws or rejects', async () => {
    const { keyring } = sceneOf(() => '')
    keyring.onRefused(thrower)
    // oxlint-disable-next-line typescript/no-misused-promises -- a mistake that JavaScript lets happen
    keyring.onRefused(() => Promise.reject(new Error('too')))
    await keyring.ready()
    await settle()
    expect(await keyring.health()).toMatchObject({ state: 'missing' })
  })

  it('is tried again after 10 seconds, beside the requests, and nobody waits', async () => {
    const { keyring, load, pass } = sceneOf(() => SECRET)
    await keyring.ready()
    load.mockImplementation(thrower)
    pass(600)
    await keyring.check()
    pass(9)
    expect(keyring.check()).toBeUndefined()
    expect(load).toHaveBeenCalledTimes(2)
    load.mockImplementation(() => OLD_SECRET)
    pass(1)
    expect(keyring.check()).toBeUndefined()
    await settle()
    expect(idsOf(keyring)).toEqual([OLD_ID])
  })

  it('at first is waited for at the next try: without keys nobody is spared by not waiting', async () => {
    const { keyring, load, pass } = sceneOf(thrower)
    await keyring.ready()
    pass(9)
    expect(keyring.check()).toBeUndefined()
    load.mockImplementation(async () => SECRET)
    pass(1)
    await keyring.check()
    expect(idsOf(keyring)).toEqual([ID])
  })

  it('is told once to a listener that is added twice', async () => {
    const { keyring } = sceneOf(thrower)
    await keyring.ready()
    const listener = vi.fn()
    keyring.onRefused(listener)
    keyring.onRefused(listener)
    expect(listener).toHaveBeenCalledOnce()
  })

  it('at first is made good by a later one', async () => {
    const { keyring, load, pass } = sceneOf(thrower, { required: true })
    await expect(keyring.ready()).rejects.toThrow('failed')
    await expect(keyring.ready()).rejects.toThrow('failed')
    expect(load).toHaveBeenCalledTimes(1)
    load.mockImplementation(() => SECRET)
    pass(10)
    await keyring.ready()
    expect(idsOf(keyring)).toEqual([ID])
  })
})

describe('a load that hangs', () => {
  it('is given up after 10 seconds, by whoever waits for it too, and what it answers later counts no more', async () => {
    vi.useFakeTimers()
    const { keyring, load, pass, refused } = sceneOf(() => SECRET)
    await keyring.ready()
    const late = pending()
    load.mockReturnValue(late.promise)
    pass(600)
    const waiting = keyring.check()
    pass(10)
    await vi.advanceTimersByTimeAsync(10_000)
    await waiting
    expect(refused).toMatchObject([
      { code: 'ERR_SESSION_UNAVAILABLE', message: expect.stringContaining('10 seconds') as unknown },
    ])
    load.mockReturnValue(STRANGE_SECRET)
    pass(10)
    expect(keyring.check()).toBeUndefined()
    await settle()
    late.resolve(OLD_SECRET)
    await settle()
    expect(idsOf(keyring)).toEqual([STRANGE_ID])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('hears by its signal that it was given up, and one that comes in time does not', async () => {
    vi.useFakeTimers()
    const signals: AbortSignal[] = []
    const keyring = createLoadedKeyring((signal) => {
      signals.push(signal)
      return pending().promise
    })
    void keyring.ready()
    await vi.advanceTimersByTimeAsync(9999)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    await vi.advanceTimersByTimeAsync(1)
    expect(signals[0]?.reason).toMatchObject({ message: 'The keys did not come within 10 seconds.' })
    const punctual = createLoadedKeyring((signal) => {
      signals.push(signal)
      return SECRET
    })
    await punctual.ready()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(signals[1]?.aborted).toBe(false)
  })

  it('lets no request wait while it hangs again and again', async () => {
    vi.useFakeTimers()
    const { keyring, load, pass } = sceneOf(() => SECRET)
    await keyring.ready()
    load.mockReturnValue(pending().promise)
    pass(300)
    const waits = []
    for (let second = 0; second < 120; second++) {
      waits.push(keyring.check())
      pass(1)
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(new Set(waits)).toEqual(new Set([undefined]))
    expect(load.mock.calls.length).toBeGreaterThan(4)
    expect(idsOf(keyring)).toEqual([ID])
  })

  it('is given up even where its timer was lost', async () => {
    vi.useFakeTimers()
    const { keyring, load, pass } = sceneOf(() => SECRET)
    await keyring.ready()
    const late = pending()
    load.mockReturnValue(late.promise)
    pass(300)
    expect(keyring.check()).toBeUndefined()
    load.mockReturnValue(OLD_SECRET)
    pass(300)
    await keyring.check()
    late.resolve(STRANGE_SECRET)
    await settle()
    expect(idsOf(keyring)).toEqual([OLD_ID])
  })
})

describe('options', () => {
  it.each([
    [{ refreshEvery: 0 }, 'refreshEvery'],
    [{ refreshEvery: Number.NaN }, 'refreshEvery'],
    [{ refreshEvery: '60' }, 'refreshEvery'],
    [{ required: 'yes' }, 'required'],
    [{ now: 5 }, 'now'],
    [{ waitUntil: true }, 'waitUntil'],
    [{ refreshevery: 5 }, 'refreshevery is not an option: there are refreshEvery, required, waitUntil, now, uptime'],
  ])('%o are refused', (options, words) => {
    expect(() => createLoadedKeyring(() => SECRET, options as LoadedKeyringOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTIONS_INVALID', message: expect.stringContaining(words) as unknown }),
    )
  })

  it('are refused without a function that loads', () => {
    expect(() => createLoadedKeyring(SECRET as unknown as () => string)).toThrow('takes a function')
  })

  it('can be left out: the clocks are those of the machine', async () => {
    const keyring = createLoadedKeyring(() => SECRET)
    await keyring.ready()
    const { loadedAt } = await keyring.health()
    expect(Math.abs((loadedAt ?? 0) - Date.now() / 1000)).toBeLessThan(60)
  })
})

function thrower(): never {
  throw new TypeError('at once')
}
