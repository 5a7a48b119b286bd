import { check } from '../base/check.ts'
import { SessionUnavailableError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { checkKey, createKey, type Key, MAKE_ONE, parseKeyText } from './key.ts'

/** The keys of one moment. Replaced as a whole, never changed: another object means that the keys have changed. */
export interface KeySet {
  readonly keys: readonly Key[]
  /** Ids of keys that were revoked and whose secret is gone: what they sealed is `retired-key`, not `unknown-key`. */
  readonly revokedIds: ReadonlySet<string>
  /** Why there are no keys yet: opening then finds none, and sealing says this. */
  readonly missing?: Error
}

/** Where sealers find their keys. A source that reloads its keys is a keyring whose `current` changes. */
export interface Keyring {
  /** The keys as of now. Caches that belong to another set are dropped when this changes. */
  readonly current: KeySet
  /** Loads the keys for the first time. Rejects for what must stop the app at its start. */
  ready?(): Promise<void>
  /** Asked before every seal and opening: looks for newer keys when it is time to, else answers at once. Must not throw. */
  check?(): MaybePromise<void>
  /** Asked when a token names a key that is not in `current`. Looks for newer keys, at most once in an interval, however often it is called. Must not throw. */
  refresh?(): MaybePromise<void>
  /** Has a listener told when newer keys are refused and the last good ones stay; at once, when that is so already. */
  onRefused?(listener: (error: unknown) => void): void
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
  checkKey(typeof given === 'string', TAKES)
  const texts = given.split(/[\s,]+/u).filter((part) => part !== '')
  check(texts.length > 0, `No session key was given in SESSION_KEYS. ${MAKE_ONE}`, 'ERR_KEYRING_MISSING')
  return createKeyring(
    await Promise.all(texts.map((part, index) => parseKeyText(part, `Key ${index + 1} of ${texts.length}`))),
  )
}

const TAKES = 'parseKeyring takes one text, createKeyring an array of keys'

/** A keyring of raw keys of 32 random bytes each. The first seals, all of them open. Throws `ERR_KEYRING_INVALID`. */
export async function createKeyring(secrets: readonly Uint8Array[]): Promise<Keyring> {
  // A text is a list of characters to a loop: a key given alone must not become 32 weak ones (CVE-2025-47278).
  checkKey(Array.isArray(secrets), TAKES)
  return keyringOf(
    await Promise.all(
      secrets.map((secret: Uint8Array, index) => createKey(secret, index === 0 ? 'primary' : 'active')),
    ),
  )
}

/** A keyring that never changes, of keys that are already made. Throws `ERR_KEYRING_INVALID` for none, or two of one id. */
export function keyringOf(keys: readonly Key[], revokedIds: Iterable<string> = []): Keyring {
  return { current: keySetOf(keys, revokedIds) }
}

/** A set of keys, checked: at least one, and no two that tokens could confuse. Throws `ERR_KEYRING_INVALID`. */
export function keySetOf(keys: readonly Key[], revokedIds: Iterable<string> = []): KeySet {
  checkKey(keys.length > 0, 'A keyring needs at least one key')
  const revoked = new Set(revokedIds)
  // Ids have 32 bits: two keys of one id are nearly always one key given twice, but Keyczar's vectors show that they can differ.
  // A revoked one would seal what nobody opens.
  const ids = new Set(revoked)
  for (const { id } of keys) {
    checkKey(!ids.has(id), `Key ${id} is given twice or revoked: remove it`)
    ids.add(id)
  }
  return Object.freeze({ keys: Object.freeze([...keys]), revokedIds: revoked })
}

/** The key that seals at `now`: of the primaries whose `activateAt` has come, the latest. Throws `SessionUnavailableError` while keys are missing, and `ERR_KEYRING_INVALID` when none may seal yet. */
export function sealingKey(keySet: KeySet, now: Seconds): Key {
  const { missing } = keySet
  // A new one each time: frameworks write on the errors that they answer.
  if (missing) throw new SessionUnavailableError(missing.message, { cause: missing })
  const key = findSealingKey(keySet, now)
  checkKey(key !== undefined, 'A keyring needs a primary key whose activateAt has come')
  return key
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
  const key = keySet.keys.find(({ id }) => id === keyId)
  if (key?.status === 'inactive' || keySet.revokedIds.has(keyId)) return new Rejection('retired-key', keyId)
  return key ?? new Rejection('unknown-key', keyId)
}
