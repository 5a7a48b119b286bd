import { platformAead } from '#aead'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Bytes, toHex } from '../base/bytes.ts'
import { type Envelope, unpackEnvelope } from './envelope.ts'
import { createKey, Key } from './key.ts'
import { encodePurpose } from './purpose.ts'
import { createPurposeKey, type PurposeKey } from './purpose-key.ts'

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index + 100)
const PLAINTEXT = Uint8Array.of(1, 2, 3)
const HOUR_MS = 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function purposeKey(): Promise<PurposeKey> {
  const key = await createKey(SECRET, 'primary')
  return createPurposeKey({
    keyId: key.id,
    secret: Key.secretOf(key),
    label: 'key',
    purpose: encodePurpose({ kind: 'cookie', name: 'session' }),
  })
}

/** Stands in for the cipher, which takes too long for this many seals, and tells for which prefixes keys were derived. */
function watchDerivations(): string[] {
  const prefixes: string[] = []
  vi.spyOn(platformAead, 'extendedKey').mockReturnValue({
    derive(prefix) {
      prefixes.push(toHex(prefix))
      return { encrypt: () => new Uint8Array(16), decrypt: () => PLAINTEXT }
    },
  })
  return prefixes
}

/** The parts of what is sealed. The cast says that an envelope was packed. */
const envelopeOf = async (key: PurposeKey): Promise<Envelope> => unpackEnvelope(await key.seal(PLAINTEXT)) as Envelope
const prefixOf = async (key: PurposeKey): Promise<string> => toHex((await envelopeOf(key)).noncePrefix)

it('a key of a purpose opens what it has sealed, and nothing that is bound to something else', async () => {
  const key = await purposeKey()
  const source = {
    keyId: '00000000',
    secret: SECRET,
    label: 'row',
    purpose: encodePurpose({ kind: 'row', name: 's' }),
  } as const
  const [one, other] = [1, 2].map((byte) => createPurposeKey({ ...source, context: Uint8Array.of(byte) }))
  expect(await key.open(await envelopeOf(key))).toEqual(PLAINTEXT)
  expect(await one!.open(await envelopeOf(one!))).toEqual(PLAINTEXT)
  expect(await other!.open(await envelopeOf(one!))).toBeUndefined()
  expect(
    await createPurposeKey({ ...source, label: 'key' }).open(await envelopeOf(createPurposeKey(source))),
  ).toBeUndefined()
})

describe('a sealing window', () => {
  it('serves 65,536 seals with one prefix, and not one more; seals that begin at once share it, and each counts', async () => {
    watchDerivations()
    const key = await purposeKey()
    const prefixes = await Promise.all(Array.from({ length: 100 }, () => prefixOf(key)))
    while (prefixes.length < 65_537) prefixes.push(await prefixOf(key))
    expect(new Set(prefixes.slice(0, 65_536)).size).toBe(1)
    expect(prefixes[65_536]).not.toBe(prefixes[0])
  })

  it('is tried anew when it could not be made: some platforms give no randomness while a module loads', async () => {
    const key = await purposeKey()
    const forbidden = vi.spyOn(crypto, 'getRandomValues').mockImplementation(() => {
      throw new Error('not now')
    })
    await expect(key.seal(PLAINTEXT)).rejects.toThrow('not now')
    forbidden.mockRestore()
    await expect(key.seal(PLAINTEXT)).resolves.toBeInstanceOf(Uint8Array)
  })

  it('is of use as soon as its key can be derived', async () => {
    const key = await purposeKey()
    const failing = vi.spyOn(platformAead, 'hkdf').mockRejectedValue(new Error('not now'))
    await expect(key.seal(PLAINTEXT)).rejects.toThrow('not now')
    failing.mockRestore()
    await expect(key.seal(PLAINTEXT)).resolves.toBeInstanceOf(Uint8Array)
  })

  it('ends after an hour, however little it was used', async () => {
    const key = await purposeKey()
    const first = await prefixOf(key)
    vi.advanceTimersByTime(HOUR_MS - 1)
    expect(await prefixOf(key)).toBe(first)
    vi.advanceTimersByTime(1)
    expect(await prefixOf(key)).not.toBe(first)
  })
})

describe('derived keys kept for reading', () => {
  const envelopeUnder = (noncePrefix: Bytes): Envelope => ({
    bytes: new Uint8Array(45),
    keyId: '00000000',
    noncePrefix,
    nonceSuffix: new Uint8Array(12),
    ciphertextAndTag: new Uint8Array(16),
  })
  const prefixes = Array.from({ length: 1001 }, (_, index) =>
    Uint8Array.of(1, 2, index >>> 8, index, 0, 0, 0, 0, 0, 0, 0, 0),
  )

  it('are found by the whole prefix', async () => {
    const derived = watchDerivations()
    const key = await purposeKey()
    const other = prefixes[0]!.with(11, 1)
    for (const prefix of [prefixes[0]!, prefixes[0]!.slice(), other, other.slice()]) {
      await key.open(envelopeUnder(prefix))
    }
    expect(derived).toEqual([prefixes[0]!, other].map(toHex))
  })

  it('are at most a thousand: the oldest gives way', async () => {
    const derived = watchDerivations()
    const key = await purposeKey()
    for (const prefix of [...prefixes, prefixes[1]!, prefixes[1000]!]) await key.open(envelopeUnder(prefix))
    expect(derived).toHaveLength(1001)
    await key.open(envelopeUnder(prefixes[0]!))
    expect(derived).toHaveLength(1002)
  })
})
