import { SessionError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { createKey, type Key, MAKE_ONE, parseKeyText } from './key.ts'

/** The keys of one moment. Replaced as a whole, never changed: another object means that the keys have changed. */
export interface KeySet {
  readonly keys: readonly Key[]
  /** Ids of keys that were revoked and whose secret is gone: what they sealed is `retired-key`, not `unknown-key`. */
  readonly revokedIds: ReadonlySet<string>
}

/** Where sealers find their keys. A source that reloads its keys is a keyring whose `current` changes. */
export interface Keyring {
  /** The keys as of now. Caches that belong to another set are dropped when this changes. */
  readonly current: KeySet
  /** Asked when a token names a key that is not in `current`. Looks for newer keys, at most once in an interval, however often it is called. Must not throw. */
  refresh?(): MaybePromise<void>
}

/**
 * A keyring of the keys in a text: one `esk_…`, or several between white space or commas. The first seals, all of them open.
 * Throws `ERR_KEYRING_MISSING` for `undefined` or an empty text, and `ERR_KEYRING_INVALID` with the reason for anything
 * else that is no key; no message holds any part of a key.
 *
 * @example
 * ```ts
 * const sessions = createSessions({ keyring: () => parseKeyring(process.env.SESSION_KEYS) })
 * ```
 */
export async function parseKeyring(text: string | undefined): Promise<Keyring> {
  const given: unknown = text ?? ''
  // JavaScript callers may pass a list of keys, or raw bytes: an error with a code, not a TypeError from within.
  if (typeof given !== 'string') {
    throw new SessionError('ERR_KEYRING_INVALID', 'parseKeyring takes one text. For raw keys use createKeyring.')
  }
  const texts = given.split(/[\s,]+/u).filter((part) => part !== '')
  if (texts.length === 0) {
    throw new SessionError('ERR_KEYRING_MISSING', `No session key was given. ${MAKE_ONE} and set it as SESSION_KEYS.`)
  }
  return createKeyring(
    await Promise.all(texts.map((part, index) => parseKeyText(part, `Key ${index + 1} of ${texts.length}`))),
  )
}

/** A keyring of raw keys of 32 random bytes each. The first seals, all of them open. Throws `ERR_KEYRING_INVALID`. */
export async function createKeyring(secrets: readonly Uint8Array[]): Promise<Keyring> {
  if (!Array.isArray(secrets)) {
    // A text is a list of characters to a loop: a key given alone must not become 32 weak ones (CVE-2025-47278).
    throw new SessionError(
      'ERR_KEYRING_INVALID',
      'createKeyring takes an array of keys of 32 bytes each. For a text use parseKeyring.',
    )
  }
  const keys = await Promise.all(
    secrets.map((secret: Uint8Array, index) => createKey(secret, index === 0 ? 'primary' : 'active')),
  )
  return keyringOf(keys)
}

/** A keyring that never changes, of keys that are already made. Throws `ERR_KEYRING_INVALID` for none, or two of one id. */
export function keyringOf(keys: readonly Key[], revokedIds: Iterable<string> = []): Keyring {
  return { current: keySetOf(keys, revokedIds) }
}

/** A set of keys, checked: at least one, and no two that tokens could confuse. Throws `ERR_KEYRING_INVALID`. */
export function keySetOf(keys: readonly Key[], revokedIds: Iterable<string> = []): KeySet {
  if (keys.length === 0) throw new SessionError('ERR_KEYRING_INVALID', 'A keyring needs at least one key.')
  const revoked = new Set(revokedIds)
  const ids = new Set<string>()
  for (const { id } of keys) {
    // It would seal what nobody opens.
    if (revoked.has(id)) {
      throw new SessionError('ERR_KEYRING_INVALID', `The key ${id} was revoked. Remove it, and make another.`)
    }
    // Ids have 32 bits: two keys of one id are nearly always one key given twice, but Keyczar's vectors show that they can differ.
    if (ids.has(id)) {
      throw new SessionError(
        'ERR_KEYRING_INVALID',
        `Two keys have the id ${id}. Remove the key that is given twice, or make another.`,
      )
    }
    ids.add(id)
  }
  return Object.freeze({ keys: Object.freeze([...keys]), revokedIds: revoked })
}

/** The key that seals at a moment: of the primaries whose `activateAt` has come, the latest. Throws `ERR_KEYRING_INVALID` when there is none. */
export function sealingKey(keySet: KeySet, now: Seconds): Key {
  const key = findSealingKey(keySet, now)
  if (key !== undefined) return key
  throw new SessionError(
    'ERR_KEYRING_INVALID',
    'No key of the keyring may seal: it needs a primary key whose activateAt has come.',
  )
}

/** {@link sealingKey}, or `undefined` when there is none: for those who only ask. */
export function findSealingKey(keySet: KeySet, now: Seconds): Key | undefined {
  let chosen: Key | undefined
  for (const key of keySet.keys) {
    if (key.status !== 'primary' || key.activateAt > now) continue
    if (chosen === undefined || key.activateAt > chosen.activateAt) chosen = key
  }
  return chosen
}

/** The key that a token names: looked up, never tried out. */
export function findKey(keySet: KeySet, keyId: string): Key | Rejection {
  let key: Key | undefined
  // A loop: this runs on every request, and a keyring has one key or two.
  for (const each of keySet.keys) if (each.id === keyId) key = each
  if (key?.status === 'inactive' || keySet.revokedIds.has(keyId)) return new Rejection('retired-key', keyId)
  return key ?? new Rejection('unknown-key', keyId)
}
