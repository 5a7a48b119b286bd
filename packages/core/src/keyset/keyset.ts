import { check } from '../base/check.ts'
import type { Seconds } from '../base/time.ts'
import { Key, type KeyStatus } from '../seal/key.ts'
import { type KeySet, keySetOf } from '../seal/keyring.ts'

/** A keyset has less than 500 bytes for each key. What is larger is none, and to find that out would keep a busy server from its work. */
export const KEYSET_BYTES = 65_536

/** One key of a keyset: its secret, its status and when it may seal, and what an operator wants to know of its past. */
export interface KeysetKey {
  /** Its `status` and `activateAt` are those of the file; its secret shows nowhere. */
  readonly key: Key
  readonly createdAt: Seconds
  /** Since when it has sealed nothing more; absent for a key that may still seal, and for one that never did. */
  readonly sealedUntil?: Seconds
}

/** What is left of a key whose secret was deleted: cookies that it sealed are told apart from those of strangers. */
export interface RevokedKey {
  readonly id: string
  readonly revokedAt: Seconds
}

/** The keys of an app over the years, as operators keep them. Immutable: every change gives another keyset. */
export interface Keyset {
  /** Grows by one with every change. */
  readonly revision: number
  /** The newest first. */
  readonly keys: readonly KeysetKey[]
  readonly revoked: readonly RevokedKey[]
}

/**
 * The key that seals at `now`: of the primary keys whose `activateAt` has come the latest one, and before any of them has
 * come, the first to come. Throws `ERR_KEYSET_INVALID` for a keyset without a primary key, which `parseKeyset` never gives.
 */
export function sealingKeyOf(keyset: Keyset, now: Seconds): KeysetKey {
  const turns = turnsOf(keyset)
  const sealing = turns.findLast(({ key }) => key.activateAt <= now) ?? turns[0]
  checkKeyset(sealing !== undefined, 'A keyset needs a primary key: set the status of one to "primary"')
  return sealing
}

/** The primary keys whose time to seal has not come yet, the next first. A keyset has at most one. */
export function pendingKeysOf(keyset: Keyset, now: Seconds): readonly KeysetKey[] {
  const sealing = sealingKeyOf(keyset, now)
  return turnsOf(keyset).filter((entry) => entry !== sealing && entry.key.activateAt > now)
}

/**
 * The same keyset with its past written down: primary keys that another one has overtaken by `now` are active, and say
 * until when they sealed. Which key seals and which keys open stays as it is, and so does `revision`. Every change begins with it.
 */
export function settledKeyset(keyset: Keyset, now: Seconds): Keyset {
  const turns = turnsOf(keyset)
  const overtaken = turns.slice(0, turns.indexOf(sealingKeyOf(keyset, now)))
  if (overtaken.length === 0) return keyset
  const keys = keyset.keys.map((entry) => {
    const next = overtaken.includes(entry) ? turns[turns.indexOf(entry) + 1] : undefined
    return next === undefined ? entry : { ...entry, key: keyAs(entry, 'active'), sealedUntil: next.key.activateAt }
  })
  return newKeyset(keyset.revision, keys, keyset.revoked)
}

/** When an active key last sealed, or came into the keyset, or became active again: what `retireKeys` counts from. */
export function lastUseOf({ createdAt, sealedUntil = createdAt, key }: KeysetKey): Seconds {
  return Math.max(sealedUntil, key.activateAt)
}

/** What sealers take of a keyset. */
export function keySetOfKeyset(keyset: Keyset): KeySet {
  const [first] = turnsOf(keyset)
  return keySetOf(
    // Before anybody's time has come the first primary key seals, on a clock that is behind as well. Sealers know no such rule.
    keyset.keys.map((entry) => (entry === first ? keyAs(entry, 'primary', 0) : entry.key)),
    keyset.revoked.map(({ id }) => id),
  )
}

/** A keyset that nobody can change. */
export function newKeyset(revision: number, keys: readonly KeysetKey[], revoked: readonly RevokedKey[]): Keyset {
  return Object.freeze({ revision, keys: frozen(keys), revoked: frozen(revoked) })
}

/** A key of a keyset with another status. */
export function keyAs({ key }: KeysetKey, status: KeyStatus, activateAt: Seconds = key.activateAt): Key {
  return new Key(key.id, Key.secretOf(key), status, activateAt)
}

/** Whether a text has the form of a key's id. */
export function isKeyId(text: string): boolean {
  return /^[\da-f]{8}$/u.test(text)
}

/** {@link check} for whatever is wrong with a keyset. */
export function checkKeyset(condition: boolean, message: string): asserts condition {
  check(condition, message, 'ERR_KEYSET_INVALID')
}

/** The primary keys in the order in which they seal. Of two with one time the first in the list counts as the later, as for sealers. */
function turnsOf({ keys }: Keyset): readonly KeysetKey[] {
  return keys
    .filter(({ key }) => key.status === 'primary')
    .toReversed()
    .toSorted((one, other) => one.key.activateAt - other.key.activateAt)
}

function frozen<Entry extends object>(entries: readonly Entry[]): readonly Entry[] {
  return Object.freeze(entries.map((entry) => Object.freeze(entry)))
}
