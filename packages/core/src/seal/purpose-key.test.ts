import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toHex } from '../base/bytes.ts'
import type { DerivedKey } from './aead.ts'
import { createKey } from './key.ts'
import { randomPrefix } from './nonce.ts'
import { encodePurpose } from './purpose.ts'
import { countSeal, keepDerived, keptDerived, openWindow, preparePurposeKey, type PurposeKey } from './purpose-key.ts'

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index + 100)
const HOUR_MS = 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

async function purposeKey(): Promise<PurposeKey> {
  return preparePurposeKey(await createKey(SECRET, 'primary'), encodePurpose({ kind: 'cookie', name: 'session' }))
}

describe('a sealing window', () => {
  it('is not there before the first seal', async () => {
    expect(countSeal(await purposeKey())).toBeUndefined()
  })

  it('serves 65,536 seals with one prefix, and not one more', async () => {
    const key = await purposeKey()
    const first = await openWindow(key)
    const served = new Set([first])
    const counted = Array.from({ length: 65_600 }, () => countSeal(key))
    for (const window of counted.filter((each) => each !== undefined)) served.add(window)
    expect(1 + counted.indexOf(undefined)).toBe(65_536)
    expect(new Set(counted.slice(65_535))).toEqual(new Set([undefined]))
    expect(served.size).toBe(1)
    expect(toHex((await openWindow(key)).prefix)).not.toBe(toHex(first.prefix))
    expect(countSeal(key)).not.toBe(first)
  })

  it('is shared by seals that begin at once, and every one of them counts', async () => {
    const key = await purposeKey()
    const windows = await Promise.all(Array.from({ length: 100 }, () => openWindow(key)))
    expect(new Set(windows).size).toBe(1)
    expect(windows[0]!.sealsLeft).toBe(65_536 - 100)
  })

  it('is tried anew when it could not be made: some platforms give no randomness while a module loads', async () => {
    const key = await purposeKey()
    const forbidden = vi.spyOn(crypto, 'getRandomValues').mockImplementation(() => {
      throw new Error('not now')
    })
    await expect(openWindow(key)).rejects.toThrow('not now')
    forbidden.mockRestore()
    await expect(openWindow(key)).resolves.toMatchObject({ sealsLeft: 65_535 })
  })

  it('ends after an hour, however little it was used', async () => {
    const key = await purposeKey()
    const first = await openWindow(key)
    vi.advanceTimersByTime(HOUR_MS - 1)
    expect(countSeal(key)).toBe(first)
    vi.advanceTimersByTime(1)
    expect(countSeal(key)).toBeUndefined()
  })
})

describe('derived keys kept for reading', () => {
  const derived = (): DerivedKey => ({ encrypt: (_, __, plaintext) => plaintext, decrypt: () => undefined })

  it('are found by their prefix', async () => {
    const key = await purposeKey()
    const [prefix, other] = [randomPrefix(), randomPrefix()]
    const kept = derived()
    keepDerived(key, prefix, kept)
    expect(keptDerived(key, prefix.slice())).toBe(kept)
    expect(keptDerived(key, other)).toBeUndefined()
  })

  it('are at most a thousand: the oldest gives way', async () => {
    const key = await purposeKey()
    const prefixes = Array.from({ length: 1001 }, randomPrefix)
    for (const prefix of prefixes) keepDerived(key, prefix, derived())
    expect(key.derived.size).toBe(1000)
    expect(keptDerived(key, prefixes[0]!)).toBeUndefined()
    expect(keptDerived(key, prefixes[1]!)).toBeDefined()
    expect(keptDerived(key, prefixes[1000]!)).toBeDefined()
  })
})
