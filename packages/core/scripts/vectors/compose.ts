import { createHash } from 'node:crypto'
import { encodeBase64url, encodeUtf8 } from '../../src/base/bytes.node.ts'
import { type Bytes, concat } from '../../src/base/bytes.ts'
import { platformAead } from '../../src/seal/aead.node.ts'
import { NONCE_BYTES, NONCE_PREFIX_BYTES } from '../../src/seal/aead.ts'
import { derivationInfo, encodePurpose, type Purpose } from '../../src/seal/purpose.ts'

/** What stays the same in all vectors unless a vector says otherwise. */
export const NOW = 1_800_000_000
export const COOKIE = 'session'
export const LIFETIME = { absolute: 604_800, idle: 86_400 } as const

/** The keys of the vectors: never used for anything else. */
export const KEY_A: Bytes = digest('encrypted-session vectors, key A')
export const KEY_B: Bytes = digest('encrypted-session vectors, key B')
export const KEY_C: Bytes = digest('encrypted-session vectors, key C')

/** A vector as it goes into its file, with what the generator looks at. spec/README.md lists the rest. */
export interface WrittenVector {
  readonly [member: string]: unknown
  readonly name: string
  readonly header: string
}

/** What one token is made of. Left out: what a writer would take. */
export interface TokenParts {
  /** Gives the nonce: every vector has a nonce of its own, which does not depend on the other vectors. */
  readonly nonceOf: string
  readonly record: Bytes
  readonly key?: Bytes
  readonly purpose?: Purpose
  /** Bytes that stand in the header, and are authenticated, instead of the right ones. */
  readonly version?: number
  readonly keyId?: Bytes
  /** Authenticated instead of the right AAD. */
  readonly aad?: Bytes
  /** Used instead of the key that the secret and the purpose give. */
  readonly rootKey?: Bytes
}

/** The bytes of an envelope with a nonce that is given: what the random sealer never does. */
export async function composeEnvelope(parts: TokenParts): Promise<Bytes> {
  const { key = KEY_A, purpose = { kind: 'cookie', name: COOKIE }, version = 0x01 } = parts
  const nonce = nonceOf(parts.nonceOf)
  const header = concat(Uint8Array.of(version), parts.keyId ?? (await keyIdOf(key)))
  const aad = parts.aad ?? concat(header, encodePurpose(purpose))
  const root = await platformAead.extendedKey(parts.rootKey ?? (await rootKeyOf(key, purpose)))
  const derived = await root.derive(nonce.slice(0, NONCE_PREFIX_BYTES))
  return concat(header, nonce, await derived.encrypt(nonce.slice(NONCE_PREFIX_BYTES), aad, parts.record))
}

/** The token of {@link composeEnvelope}. */
export async function composeToken(parts: TokenParts): Promise<string> {
  return encodeBase64url(await composeEnvelope(parts))
}

export function nonceOf(name: string): Bytes {
  return digest(`encrypted-session vectors, nonce of ${name}`).slice(0, NONCE_BYTES)
}

export async function keyIdOf(secret: Bytes): Promise<Bytes> {
  return platformAead.hkdf(secret, derivationInfo('key id'), 4)
}

export async function rootKeyOf(secret: Bytes, purpose: Purpose): Promise<Bytes> {
  return platformAead.hkdf(secret, derivationInfo('key', encodePurpose(purpose)), 32)
}

/** "esk_…". */
export async function keyText(secret: Bytes): Promise<string> {
  return `esk_${encodeBase64url(concat(secret, (await platformAead.sha256(secret)).slice(0, 4)))}`
}

/** The token over several cookies, with so many characters in each but the last. */
export function chunked(token: string, sizes: readonly number[], name: string = COOKIE): string[] {
  const label = token.slice(-6)
  const count = sizes.length + 1
  let at = 0
  return Array.from({ length: count }, (_, index) => {
    const end = at + (sizes[index] ?? token.length)
    const part = token.slice(at, end)
    at = end
    return index === 0 ? `${name}=${count}.${label}.${part}` : `${name}.${index}=${label}.${part}`
  })
}

export function digest(text: string): Bytes {
  return new Uint8Array(createHash('sha256').update(text).digest())
}

export function sha256Hex(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** So many bytes that do not compress. */
export function noise(seed: string, length: number): Bytes {
  const parts: Bytes[] = []
  for (let index = 0; index * 32 < length; index++) parts.push(digest(`${seed} ${index}`))
  return concat(...parts).slice(0, length)
}

export function utf8(text: string): Bytes {
  return encodeUtf8(text)
}

export function bytes(...values: readonly number[]): Bytes {
  return Uint8Array.from(values)
}
