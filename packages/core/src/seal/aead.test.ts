import { importDerivedKey, platformAead } from '#aead'
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '#bytes'
import { type Bytes, concat, toHex } from '../base/bytes.ts'
import { readJson } from '../spec-vectors.node.ts'
import { type Aead, doubled } from './aead.ts'
import * as node from './aead.node.ts'
import * as web from './aead.web.ts'

interface XaesVector {
  readonly key: string
  readonly nonce: string
  readonly aad: string
  readonly plaintext: string
  readonly ciphertext: string
}

interface WycheproofVector {
  readonly tcId: number
  readonly comment: string
  readonly key: string
  readonly iv: string
  readonly aad: string
  readonly msg: string
  readonly ct: string
  readonly tag: string
  readonly result: 'valid' | 'invalid'
}

// The shapes are those of the files, which name their sources.
const XAES = readJson('vectors/external/xaes-256-gcm.json') as {
  readonly spec: readonly (XaesVector & { readonly L: string; readonly K1: string; readonly derivedKey: string })[]
  readonly tink: readonly XaesVector[]
  readonly awsLc: readonly XaesVector[]
  readonly accumulated: Readonly<Record<string, string>>
}
const WYCHEPROOF = readJson('vectors/external/wycheproof-aes-256-gcm.json') as {
  readonly tests: readonly WycheproofVector[]
}

/** The million takes minutes: `XAES_ITERATIONS=1000000`. */
const ITERATIONS = process.env['XAES_ITERATIONS'] === '1000000' ? [10_000, 1_000_000] : [10_000]

const PLATFORMS: readonly (readonly [string, Aead])[] = [
  ['node', node.platformAead],
  ['web', web.platformAead],
]

describe('XAES-256-GCM', () => {
  it.each([...XAES.spec, ...XAES.tink, ...XAES.awsLc])(
    'gives and opens the published ciphertext $ciphertext',
    async (vector) => {
      const [key, nonce, aad, plaintext, ciphertext] = [
        vector.key,
        vector.nonce,
        vector.aad,
        vector.plaintext,
        vector.ciphertext,
      ].map(fromHex) as [Bytes, Bytes, Bytes, Bytes, Bytes]
      expect(toHex(await encrypt(platformAead, key, nonce, aad, plaintext))).toBe(vector.ciphertext)
      expect(await decrypt(platformAead, key, nonce, aad, ciphertext)).toEqual(plaintext)
    },
  )

  it.each(XAES.spec)(
    'passes through the published values L $L, K1 $K1 and the derived key',
    async ({ key, nonce, L, K1, derivedKey }) => {
      expect(toHex(aesBlock(fromHex(key), new Uint8Array(16)))).toBe(L)
      expect(toHex(doubled(fromHex(L)))).toBe(K1)
      const derived = await (await platformAead.extendedKey(fromHex(key))).derive(fromHex(nonce).slice(0, 12))
      const sealed = await derived.encrypt(fromHex(nonce).slice(12), encodeUtf8('aad'), encodeUtf8('plaintext'))
      expect(gcmDecrypt(fromHex(derivedKey), fromHex(nonce).slice(12), encodeUtf8('aad'), sealed)).toBe('plaintext')
    },
  )

  it.each(ITERATIONS)(
    'gives the published hash of %i random ciphertexts',
    { timeout: 1_200_000 },
    async (iterations) => {
      expect(await accumulated(iterations)).toBe(XAES.accumulated[iterations])
    },
  )

  it.each(
    PLATFORMS.flatMap((from) => PLATFORMS.map((to) => [from, to] as const)).map(([from, to]) => ({
      from: from[0],
      to: to[0],
      sealing: from[1],
      opening: to[1],
    })),
  )('opens on $to what $from has sealed', async ({ sealing, opening }) => {
    const [key, nonce, aad, plaintext] = [random(32), random(24), random(40), random(1000)]
    const sealed = await encrypt(sealing, key, nonce, aad, plaintext)
    expect(await decrypt(opening, key, nonce, aad, sealed)).toEqual(plaintext)
    expect(await decrypt(opening, key, nonce, random(40), sealed)).toBeUndefined()
  })
})

describe('AES-256-GCM under a derived key', () => {
  it('meets vectors of both kinds', () => {
    expect(new Set(WYCHEPROOF.tests.map(({ result }) => result))).toEqual(new Set(['valid', 'invalid']))
  })

  it.each(WYCHEPROOF.tests)(
    'treats Wycheproof test $tcId as $result: $comment',
    async ({ key, iv, aad, msg, ct, tag, result }) => {
      const derived = await importDerivedKey(fromHex(key))
      const opened = await derived.decrypt(fromHex(iv), fromHex(aad), fromHex(ct + tag))
      expect(opened).toEqual(result === 'valid' ? fromHex(msg) : undefined)
      const sealed = toHex(await derived.encrypt(fromHex(iv), fromHex(aad), fromHex(msg)))
      expect(sealed === ct + tag).toBe(result === 'valid')
    },
  )

  // OpenSSL takes tags of 4, 8 and 12 to 16 bytes unless it is told the length.
  it.each([0, 1, 4, 8, 12, 13, 14, 15])('does not take the first %i bytes of a tag for the whole', async (length) => {
    const { key, iv, aad, tag } = WYCHEPROOF.tests.find(({ msg, result }) => result === 'valid' && msg === '')!
    const derived = await importDerivedKey(fromHex(key))
    const open = async (end: number) => derived.decrypt(fromHex(iv), fromHex(aad), fromHex(tag.slice(0, 2 * end)))
    expect(await open(16)).toEqual(new Uint8Array(0))
    // Whether it throws or answers nothing: an envelope is too short long before.
    expect(await open(length).catch(() => undefined)).toBeUndefined()
  })

  it('leaves its inputs as they were', async () => {
    const derived = await importDerivedKey(random(32))
    const [nonce, aad, plaintext] = [random(12), random(20), random(100)]
    const before = [nonce, aad, plaintext].map((each) => each.slice())
    const sealed = await derived.encrypt(nonce, aad, plaintext)
    const sealedBefore = sealed.slice()
    await derived.decrypt(nonce, aad, sealed)
    expect([nonce, aad, plaintext, sealed]).toEqual([...before, sealedBefore])
  })
})

describe('the platform', () => {
  it('derives by HKDF-SHA-256 with an empty salt as RFC 5869 test case 3 says', async () => {
    const okm = '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d'
    expect(toHex(await platformAead.hkdf(fromHex('0b'.repeat(22)), new Uint8Array(0), 32))).toBe(okm)
    expect(toHex(await platformAead.hkdf(fromHex('0b'.repeat(22)), new Uint8Array(0), 4))).toBe(okm.slice(0, 8))
  })

  it('hashes by SHA-256 as FIPS 180-4 says', async () => {
    expect(toHex(await platformAead.sha256(encodeUtf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })

  it('authenticates by HMAC-SHA-256 as RFC 4231 test case 2 says', async () => {
    const mac = await platformAead.hmac(encodeUtf8('Jefe'), encodeUtf8('what do ya want for nothing?'))
    expect(toHex(mac)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  })

  it.each([
    ['0'.repeat(32), '0'.repeat(32)],
    ['80'.padEnd(32, '0'), '87'.padStart(32, '0')],
    ['f'.repeat(32), `${'f'.repeat(30)}79`],
    ['01'.padStart(32, '0'), '02'.padStart(32, '0')],
    ['80'.padStart(32, '0'), '0100'.padStart(32, '0')],
  ])('doubles %s to %s', (block, twice) => {
    expect(toHex(doubled(fromHex(block)))).toBe(twice)
  })
})

async function encrypt(aead: Aead, key: Bytes, nonce: Bytes, aad: Bytes, plaintext: Bytes): Promise<Bytes> {
  const derived = await (await aead.extendedKey(key)).derive(nonce.slice(0, 12))
  return derived.encrypt(nonce.slice(12), aad, plaintext)
}

async function decrypt(aead: Aead, key: Bytes, nonce: Bytes, aad: Bytes, sealed: Bytes): Promise<Bytes | undefined> {
  const derived = await (await aead.extendedKey(key)).derive(nonce.slice(0, 12))
  return derived.decrypt(nonce.slice(12), aad, sealed)
}

/** The accumulated test of C2SP: see `procedure` in the file. */
async function accumulated(iterations: number): Promise<string> {
  // An iteration reads 32 + 24 + 1 + 1 bytes and at most twice 255; on average half of that.
  const stream = createHash('shake128', { outputLength: iterations * 330 + 1024 }).digest()
  let at = 0
  const read = (length: number): Bytes => {
    if (at + length > stream.length) throw new Error('the stream is too short')
    return new Uint8Array(stream.subarray(at, (at += length)))
  }
  const total = createHash('shake128', { outputLength: 32 })
  for (let index = 0; index < iterations; index++) {
    const [key, nonce] = [read(32), read(24)]
    const plaintext = read(read(1)[0]!)
    const aad = read(read(1)[0]!)
    total.update(await encrypt(platformAead, key, nonce, aad, plaintext))
  }
  return total.digest('hex')
}

/** One block through AES-256, apart from the code under test. */
function aesBlock(key: Bytes, block: Bytes): Bytes {
  return new Uint8Array(createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(block))
}

/** AES-256-GCM, apart from the code under test. */
function gcmDecrypt(key: Bytes, nonce: Bytes, aad: Bytes, sealed: Bytes): string {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
    .setAAD(aad)
    .setAuthTag(sealed.slice(-16))
  return decipher.update(sealed.slice(0, -16), undefined, 'utf8') + decipher.final('utf8')
}

function fromHex(text: string): Bytes {
  return concat(Buffer.from(text, 'hex'))
}

function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length))
}
