import { platformAead } from '#aead'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeBase64url, encodeBase64url, encodeUtf8 } from '#bytes'
import { type Bytes, concat, toHex } from '../base/bytes.ts'
import { SessionUnavailableError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import type { Aead } from './aead.ts'
import * as node from './aead.node.ts'
import * as web from './aead.web.ts'
import { createKey, Key } from './key.ts'
import { createKeyring, type Keyring, keyringOf, type KeySet, keySetOf } from './keyring.ts'
import type { OpenedToken } from './opened-tokens.ts'
import type { Purpose } from './purpose.ts'
import { createSealer, type OpenedTokensMode, type Sealer } from './sealer.ts'

const NOW = 1_800_000_000
const PURPOSE: Purpose = { kind: 'cookie', name: 'session' }
const PLAINTEXT = encodeUtf8('what a token holds')
const [ONE, TWO, THREE] = ['one', 'two', 'three'].map(secretOf) as [Bytes, Bytes, Bytes]

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function sealerOf(
  secrets: readonly Bytes[] = [ONE],
  purpose: Purpose = PURPOSE,
  mode?: OpenedTokensMode,
): Promise<Sealer> {
  return createSealer(await createKeyring(secrets), purpose, mode)
}

describe('a token', () => {
  it('opens to what was sealed, of any length, by the process that sealed it and by another', async () => {
    const [one, other] = [await sealerOf(), await sealerOf()]
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (content) => {
        const { token, keyId } = await one.seal(new Uint8Array(content), NOW)
        expect(token).toMatch(/^[\w-]+$/u)
        for (const sealer of [one, other]) {
          expect(await sealer.unseal(token)).toEqual({ plaintext: new Uint8Array(content), keyId })
        }
      }),
    )
  })

  it.each([
    ['node', 'web'],
    ['web', 'node'],
    ['node', 'node'],
    ['web', 'web'],
  ] as const)('that %s has sealed opens on %s', async (from, to) => {
    const sealing = await roomOn(from)
    const opening = await roomOn(to)
    expect(sealing.aead).toBe((from === 'node' ? node : web).platformAead)
    expect(opening.aead).toBe((to === 'node' ? node : web).platformAead)
    const { token } = await sealing.sealer.seal(PLAINTEXT, NOW)
    expect(await opening.sealer.unseal(token)).toMatchObject({ plaintext: PLAINTEXT })
    expect(await opening.sealer.unseal(flipped(token, 40, 0))).toMatchObject({ reason: 'forged' })
  })

  it('is sealed with the key that seals at that moment, and names it', async () => {
    const keys = [await createKey(ONE, 'primary', 0), await createKey(TWO, 'primary', NOW)]
    const sealer = createSealer(keyringOf(keys), PURPOSE)
    for (const [now, key] of [
      [NOW - 1, keys[0]!],
      [NOW, keys[1]!],
    ] as const) {
      const { token, keyId } = await sealer.seal(PLAINTEXT, now)
      expect(keyId).toBe(key.id)
      expect(sealer.sealingKeyId(now)).toBe(key.id)
      expect(toHex(decodeBase64url(token)!.slice(1, 5))).toBe(key.id)
      expect(await sealer.unseal(token)).toMatchObject({ keyId: key.id })
    }
  })

  it('is not sealed when no key may seal', async () => {
    const sealer = createSealer(keyringOf([await createKey(ONE, 'primary', NOW + 1)]), PURPOSE)
    await expect(sealer.seal(PLAINTEXT, NOW)).rejects.toMatchObject({ code: 'ERR_KEYRING_INVALID' })
  })
})

describe('a token that was changed', () => {
  it('is refused for every single bit that is flipped', async () => {
    const sealer = await sealerOf()
    const { token } = await sealer.seal(PLAINTEXT, NOW)
    const reasons = new Map<string, number>()
    for (let at = 0; at < decodeBase64url(token)!.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const reason = reasonOf(await sealer.unseal(flipped(token, at, bit)))
        expect(reason).toBe(at === 0 ? 'unknown-version' : at <= 4 ? 'unknown-key' : 'forged')
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      }
    }
    expect(Object.fromEntries(reasons)).toEqual({
      'unknown-version': 8,
      'unknown-key': 32,
      forged: 8 * (24 + PLAINTEXT.length + 16),
    })
    expect(await sealer.unseal(token)).toMatchObject({ plaintext: PLAINTEXT })
  })

  it('is refused when it is cut anywhere, as text and as bytes', async () => {
    const sealer = await sealerOf()
    const { token } = await sealer.seal(PLAINTEXT, NOW)
    const bytes = decodeBase64url(token)!
    const cut = [
      ...Array.from({ length: token.length }, (_, length) => token.slice(0, length)),
      ...Array.from({ length: bytes.length }, (_, length) => encodeBase64url(bytes.slice(0, length))),
      ...Array.from({ length: token.length }, (_, from) => token.slice(from + 1)),
    ]
    for (const text of cut) expect(await sealer.unseal(text)).toBeInstanceOf(Rejection)
  })

  it('is refused when a letter is another one, is missing or is there twice', async () => {
    const sealer = await sealerOf()
    const { token } = await sealer.seal(PLAINTEXT, NOW)
    for (let at = 0; at < token.length; at++) {
      const [before, letter, after] = [token.slice(0, at), token[at]!, token.slice(at + 1)]
      for (const text of [
        `${before}${letter === 'A' ? 'B' : 'A'}${after}`,
        before + after,
        before + letter + letter + after,
      ]) {
        expect(await sealer.unseal(text)).toBeInstanceOf(Rejection)
      }
    }
  })

  it('is refused whatever the text is', async () => {
    const sealer = await sealerOf()
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.string({ unit: 'binary-ascii' }), fc.base64String()), async (text) => {
        expect(await sealer.unseal(text)).toBeInstanceOf(Rejection)
      }),
    )
  })
})

describe('a token sealed for one thing', () => {
  const purposes: readonly Purpose[] = (['cookie', 'row', 'token'] as const).flatMap((kind) =>
    ['session', 'Session', 'session2'].flatMap((name) => [
      { kind, name },
      { kind, name, audience: 'a' },
      { kind, name, audience: 'b' },
    ]),
  )

  it('opens for no other kind, name or audience', async () => {
    const sealers = await Promise.all(purposes.map((purpose) => sealerOf([ONE], purpose)))
    const tokens = await Promise.all(sealers.map((sealer) => sealer.seal(PLAINTEXT, NOW)))
    for (const [to, sealer] of sealers.entries()) {
      const answers = await Promise.all(tokens.map(({ token }) => sealer.unseal(token)))
      expect(answers.map((answer) => (answer instanceof Rejection ? answer.reason : 'opened'))).toEqual(
        tokens.map((_, from) => (from === to ? 'opened' : 'forged')),
      )
    }
  })

  it('opens with no other key', async () => {
    const { token } = await (await sealerOf([ONE])).seal(PLAINTEXT, NOW)
    expect(await (await sealerOf([TWO])).unseal(token)).toMatchObject({ reason: 'unknown-key' })
    expect(await (await sealerOf([TWO, ONE])).unseal(token)).toMatchObject({ plaintext: PLAINTEXT })
  })

  it('does not open with another key of the same id', async () => {
    const { token, keyId } = await (await sealerOf([ONE])).seal(PLAINTEXT, NOW)
    const impostor = createSealer(keyringOf([new Key(keyId, TWO, 'primary', 0)]), PURPOSE)
    expect(await impostor.unseal(token)).toMatchObject({ reason: 'forged' })
  })

  it('does not open with a key that is inactive, or whose secret is gone', async () => {
    const { token, keyId } = await (await sealerOf([ONE])).seal(PLAINTEXT, NOW)
    const other = await createKey(TWO, 'primary')
    for (const keyring of [keyringOf([other, await createKey(ONE, 'inactive')]), keyringOf([other], [keyId])]) {
      expect(await createSealer(keyring, PURPOSE).unseal(token)).toMatchObject({ reason: 'retired-key', keyId })
    }
  })
})

describe('nonces', () => {
  it('are never the same, while the prefix is, also of seals that begin at once', async () => {
    const sealer = await sealerOf()
    const nonces = await Promise.all(
      Array.from({ length: 3000 }, async () => nonceOf(await sealer.seal(PLAINTEXT, NOW))),
    )
    expect(new Set(nonces).size).toBe(3000)
    expect(new Set(nonces.map(prefixOf)).size).toBe(1)
  })

  it('have another prefix after an hour', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const sealer = await sealerOf()
    const first = prefixOf(nonceOf(await sealer.seal(PLAINTEXT, NOW)))
    vi.advanceTimersByTime(3_599_999)
    expect(prefixOf(nonceOf(await sealer.seal(PLAINTEXT, NOW)))).toBe(first)
    vi.advanceTimersByTime(1)
    expect(prefixOf(nonceOf(await sealer.seal(PLAINTEXT, NOW)))).not.toBe(first)
  })

  it('have another prefix for every sealer, key and set of keys', async () => {
    const keyring = replaceable(await createKeyring([ONE]))
    const [sealer, other, elsewhere] = [
      createSealer(keyring, PURPOSE),
      createSealer(keyring, PURPOSE),
      createSealer(keyring, { kind: 'cookie', name: 'other' }),
    ]
    const prefixes = [
      await sealer.seal(PLAINTEXT, NOW),
      await other.seal(PLAINTEXT, NOW),
      await elsewhere.seal(PLAINTEXT, NOW),
    ]
    keyring.current = keySetOf([await createKey(TWO, 'primary'), await createKey(ONE, 'active')])
    prefixes.push(await sealer.seal(PLAINTEXT, NOW))
    keyring.current = keySetOf([await createKey(ONE, 'primary'), await createKey(TWO, 'active')])
    prefixes.push(await sealer.seal(PLAINTEXT, NOW))
    expect(new Set(prefixes.map(nonceOf).map(prefixOf)).size).toBe(5)
  })

  it('are not drawn before the first seal', async () => {
    const drawn = vi.spyOn(crypto, 'getRandomValues')
    const sealer = await sealerOf()
    await sealer.unseal('AQ')
    expect(drawn).not.toHaveBeenCalled()
    await sealer.seal(PLAINTEXT, NOW)
    expect(drawn).toHaveBeenCalled()
  })
})

describe('the work for a token', () => {
  let derivations: () => number
  beforeEach(() => {
    derivations = countDerivations()
  })

  it('is one derivation for all tokens of one prefix', async () => {
    const [from, to] = [await sealerOf(), await sealerOf([ONE], PURPOSE, 'forget')]
    await from.seal(PLAINTEXT, NOW)
    const tokens = await Promise.all([1, 2, 3].map(() => from.seal(PLAINTEXT, NOW)))
    const before = derivations()
    for (const { token } of tokens) await to.unseal(token)
    expect(derivations() - before).toBe(1)
  })

  it('is a derivation for every forged token: no prefix is kept that was not authenticated', async () => {
    const sealer = await sealerOf()
    const { token } = await (await sealerOf()).seal(PLAINTEXT, NOW)
    const before = derivations()
    for (let round = 0; round < 3; round++) {
      expect(await sealer.unseal(flipped(token, 60, 0))).toMatchObject({ reason: 'forged' })
    }
    expect(derivations() - before).toBe(3)
    await sealer.unseal(token)
    expect(derivations() - before).toBe(4)
    await sealer.unseal(flipped(token, 60, 0))
    expect(derivations() - before).toBe(4)
  })

  it.each([
    ['malformed', (token: string) => `${token}=`],
    ['unknown-version', (token: string) => flipped(token, 0, 1)],
    ['unknown-key', (token: string) => flipped(token, 3, 0)],
  ])('is no derivation where it is %s', async (reason, change) => {
    const sealer = await sealerOf([ONE, TWO, THREE])
    const { token } = await (await sealerOf()).seal(PLAINTEXT, NOW)
    const before = derivations()
    expect(await sealer.unseal(change(token))).toMatchObject({ reason })
    expect(derivations() - before).toBe(0)
  })
})

describe('a token that was opened a moment ago', () => {
  /** Whether two openings gave one and the same object: that the second one did no work. */
  async function isRemembered(sealer: Sealer, token: string): Promise<boolean> {
    const first = await sealer.unseal(token)
    return first === (await sealer.unseal(token))
  }

  /** Opens it as often as it takes to be remembered, if it ever is. */
  async function settle(sealer: Sealer, token: string): Promise<void> {
    for (let round = 0; round < 3; round++) await sealer.unseal(token)
  }

  it('is remembered, for a minute', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const sealer = await sealerOf()
    const { token } = await sealer.seal(PLAINTEXT, NOW)
    await settle(sealer, token)
    expect(await isRemembered(sealer, token)).toBe(true)
    const before = await sealer.unseal(token)
    vi.advanceTimersByTime(60_000)
    expect(await sealer.unseal(token)).not.toBe(before)
  })

  it('is not remembered where that is switched off', async () => {
    const sealer = await sealerOf([ONE], PURPOSE, 'forget')
    const { token } = await sealer.seal(PLAINTEXT, NOW)
    await settle(sealer, token)
    expect(await isRemembered(sealer, token)).toBe(false)
  })

  it('is not remembered by another sealer of the same keyring', async () => {
    const keyring = await createKeyring([ONE])
    const [sealer, other] = [createSealer(keyring, PURPOSE), createSealer(keyring, { kind: 'cookie', name: 'other' })]
    const { token } = await sealer.seal(PLAINTEXT, NOW)
    await settle(sealer, token)
    expect(await other.unseal(token)).toMatchObject({ reason: 'forged' })
  })

  it('is looked up by its whole text', async () => {
    const sealer = await sealerOf()
    const { token } = await sealer.seal(PLAINTEXT, NOW)
    await settle(sealer, token)
    expect(await sealer.unseal(flipped(token, 29, 0))).toMatchObject({ reason: 'forged' })
    expect(await sealer.unseal(flipped(token, 5, 0))).toMatchObject({ reason: 'forged' })
    expect(await sealer.unseal(token.slice(4))).toBeInstanceOf(Rejection)
  })

  it('is refused as soon as its key is removed', async () => {
    const keyring = replaceable(await createKeyring([ONE]))
    const sealer = createSealer(keyring, PURPOSE)
    const { token } = await sealer.seal(PLAINTEXT, NOW)
    await settle(sealer, token)
    expect(await sealer.unseal(token)).toMatchObject({ plaintext: PLAINTEXT })
    keyring.current = keySetOf([await createKey(TWO, 'primary')])
    expect(await sealer.unseal(token)).toMatchObject({ reason: 'unknown-key' })
    keyring.current = keySetOf([await createKey(TWO, 'primary'), await createKey(ONE, 'inactive')])
    expect(await sealer.unseal(token)).toMatchObject({ reason: 'retired-key' })
  })

  it('is opened anew when the keys have changed, although its key is still there', async () => {
    const keyring = replaceable(await createKeyring([ONE]))
    const sealer = createSealer(keyring, PURPOSE)
    const { token } = await sealer.seal(PLAINTEXT, NOW)
    await settle(sealer, token)
    const before = await sealer.unseal(token)
    keyring.current = keySetOf([await createKey(ONE, 'primary')])
    const after = await sealer.unseal(token)
    expect(after).toEqual(before)
    expect(after).not.toBe(before)
  })

  it('is not taken into the caches of keys that have changed while it was opened', async () => {
    const keyring = replaceable(await createKeyring([ONE]))
    const sealer = createSealer(keyring, PURPOSE)
    const { token } = await (await sealerOf()).seal(PLAINTEXT, NOW)
    const opening = [sealer.unseal(token), sealer.unseal(token), sealer.unseal(token)]
    keyring.current = keySetOf([await createKey(TWO, 'primary')])
    await Promise.all(opening)
    expect(await sealer.unseal(token)).toMatchObject({ reason: 'unknown-key' })
  })
})

describe('a keyring that can look for newer keys', () => {
  async function refreshing(found: readonly Key[]): Promise<{ sealer: Sealer; refresh: () => number }> {
    const keyring = replaceable(await createKeyring([ONE]))
    const refresh = vi.fn(async () => {
      keyring.current = keySetOf([...keyring.current.keys, ...found])
    })
    return {
      sealer: createSealer(Object.assign(keyring, { refresh }), PURPOSE),
      refresh: () => refresh.mock.calls.length,
    }
  }

  it('is asked once for a token whose key it does not know, and the token opens if the key has come', async () => {
    const { sealer, refresh } = await refreshing([await createKey(TWO, 'active')])
    const { token } = await (await sealerOf([TWO])).seal(PLAINTEXT, NOW)
    expect(await sealer.unseal(token)).toMatchObject({ plaintext: PLAINTEXT })
    expect(refresh()).toBe(1)
    await sealer.unseal(token)
    expect(refresh()).toBe(1)
  })

  it('is asked once, and the token is refused if the key has not come', async () => {
    const { sealer, refresh } = await refreshing([])
    const { token } = await (await sealerOf([TWO])).seal(PLAINTEXT, NOW)
    expect(await sealer.unseal(token)).toMatchObject({ reason: 'unknown-key' })
    expect(refresh()).toBe(1)
  })

  it('is not asked for a token whose key it knows, nor for what is no token', async () => {
    const { sealer, refresh } = await refreshing([])
    const { token } = await sealer.seal(PLAINTEXT, NOW)
    for (const text of [token, flipped(token, 60, 0), flipped(token, 0, 0), `${token}=`, 'AQ', '']) {
      await sealer.unseal(text)
    }
    expect(refresh()).toBe(0)
  })

  it('is not asked for a key that is retired', async () => {
    const keyring = Object.assign(keyringOf([await createKey(ONE, 'primary'), await createKey(TWO, 'inactive')]), {
      refresh: vi.fn(() => undefined),
    })
    const { token } = await (await sealerOf([TWO])).seal(PLAINTEXT, NOW)
    expect(await createSealer(keyring, PURPOSE).unseal(token)).toMatchObject({ reason: 'retired-key' })
    expect(keyring.refresh).not.toHaveBeenCalled()
  })
})

/** The seal room with the other platform's code, and a sealer made in it. */
async function roomOn(platform: 'node' | 'web'): Promise<{ sealer: Sealer; aead: Aead }> {
  vi.resetModules()
  vi.doMock('#aead', () => (platform === 'node' ? node : web))
  const [rooms, keys, { platformAead: aead }] = [
    await import('./sealer.ts'),
    await import('./keyring.ts'),
    await import('#aead'),
  ]
  vi.doUnmock('#aead')
  return { aead, sealer: rooms.createSealer(await keys.createKeyring([ONE]), PURPOSE) }
}

/** A keyring whose keys can be changed, as one that reloads a file. */
function replaceable({ current }: Keyring): { current: Keyring['current'] } {
  return { current }
}

/** How many keys have been derived for a nonce prefix since then. */
function countDerivations(): () => number {
  let count = 0
  const { extendedKey } = platformAead
  vi.spyOn(platformAead, 'extendedKey').mockImplementation(async (key) => {
    const extended = await extendedKey(key)
    return {
      derive: (prefix) => {
        count++
        return extended.derive(prefix)
      },
    }
  })
  return () => count
}

function flipped(token: string, at: number, bit: number): string {
  const bytes = decodeBase64url(token)!
  bytes[at]! ^= 1 << bit
  return encodeBase64url(bytes)
}

function reasonOf(answer: OpenedToken | Rejection): string {
  return answer instanceof Rejection ? answer.reason : 'opened'
}

function nonceOf({ token }: { readonly token: string }): string {
  return toHex(decodeBase64url(token)!.slice(5, 29))
}

function prefixOf(nonce: string): string {
  return nonce.slice(0, 24)
}

function secretOf(seed: string): Bytes {
  return concat(createHash('sha256').update(`sealer.test ${seed}`).digest())
}

describe('a keyring that knows when to look for newer keys', () => {
  /** Does what it is told to before the next seal or opening. */
  async function looking(): Promise<{
    sealer: Sealer
    before: (change: () => void) => void
    replace: (keys: KeySet) => void
  }> {
    const keyring = replaceable(await createKeyring([ONE]))
    let next: (() => void) | undefined
    const check = (): Promise<void> | undefined => {
      const change = next
      next = undefined
      return change && new Promise((resolve) => setTimeout(resolve, 5)).then(change)
    }
    return {
      sealer: createSealer(Object.assign(keyring, { check }), PURPOSE),
      before(change) {
        next = change
      },
      replace(keys) {
        keyring.current = keys
      },
    }
  }

  it('is waited for before a token is opened, also one that was opened a moment ago', async () => {
    const { sealer, before, replace } = await looking()
    const { token, keyId } = await sealer.seal(PLAINTEXT, NOW)
    // Remembered from its second visit on.
    for (let visit = 0; visit < 3; visit++) expect(await sealer.unseal(token)).toMatchObject({ plaintext: PLAINTEXT })
    const newer = keySetOf([await createKey(TWO, 'primary')], [keyId])
    before(() => {
      replace(newer)
    })
    expect(await sealer.unseal(token)).toMatchObject({ reason: 'retired-key' })
  })

  it('is waited for before a seal', async () => {
    const { sealer, before, replace } = await looking()
    const key = await createKey(TWO, 'primary')
    before(() => {
      replace(keySetOf([key]))
    })
    expect(await sealer.seal(PLAINTEXT, NOW)).toMatchObject({ keyId: key.id })
  })
})

describe('a keyring whose keys are missing', () => {
  const missing = new SessionUnavailableError('keys.json cannot be read: run chmod.')
  const keyring: Keyring = { current: { keys: [], revokedIds: new Set(), missing } }

  it('opens nothing', async () => {
    const { token } = await (await sealerOf()).seal(PLAINTEXT, NOW)
    expect(await createSealer(keyring, PURPOSE).unseal(token)).toMatchObject({ reason: 'unknown-key' })
  })

  it('says why when a seal is asked for, by an error of its own each time', async () => {
    const sealer = createSealer(keyring, PURPOSE)
    const errors = await Promise.all(
      [1, 2].map(async () => sealer.seal(PLAINTEXT, NOW).catch((error: unknown) => error)),
    )
    for (const error of errors) {
      expect(error).toBeInstanceOf(SessionUnavailableError)
      expect(error).toMatchObject({ message: missing.message, cause: missing })
    }
    expect(errors[0]).not.toBe(errors[1])
    expect(sealer.sealingKeyId(NOW)).toBeUndefined()
  })
})
