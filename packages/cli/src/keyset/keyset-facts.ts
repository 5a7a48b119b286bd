import type { KeyStatus, Seconds } from '@encrypted-session/core'
import { type Keyset, type KeysetKey, sealingKeyOf, settledKeyset } from '@encrypted-session/core/keyset'
import { formatMoment } from '../moment.ts'

/** What a key does at a moment: `seals` and `will-seal` open too; `opens` is all that an active key does. */
type KeyRole = 'will-seal' | 'seals' | 'opens' | 'nothing'

/** One key as operators look at it. */
export interface KeyFacts {
  readonly id: string
  readonly status: KeyStatus
  readonly role: KeyRole
  readonly createdAt: Seconds
  readonly activateAt: Seconds
  readonly sealedUntil: Seconds | undefined
}

/** The keys of a keyset as they are at a moment, without their secrets. */
export function keyFacts(keyset: Keyset, now: Seconds): readonly KeyFacts[] {
  const { keys } = settledKeyset(keyset, now)
  const { id: sealing } = sealingKeyOf(keyset, now).key
  return keys.map(({ createdAt, key: { activateAt, id, status }, sealedUntil }) => ({
    id,
    status,
    role: id === sealing ? 'seals' : WAITING[status],
    createdAt,
    activateAt,
    sealedUntil,
  }))
}

/** The same for programs. */
export function keysetJson(keyset: Keyset, now: Seconds): Readonly<Record<string, unknown>> {
  return {
    revision: keyset.revision,
    keys: keyFacts(keyset, now).map(({ activateAt, createdAt, sealedUntil, ...facts }) => ({
      ...facts,
      createdAt: formatMoment(createdAt),
      activateAt: formatMoment(activateAt),
      ...(sealedUntil !== undefined && { sealedUntil: formatMoment(sealedUntil) }),
    })),
    revoked: keyset.revoked.map(({ id, revokedAt }) => ({ id, revokedAt: formatMoment(revokedAt) })),
  }
}

/** The id of the key that seals at a moment. */
export function sealingId(keyset: Keyset, now: Seconds): string {
  return sealingKeyOf(keyset, now).key.id
}

/** Whether it is sure that a key has never sealed: it waits still, or came later than the first key and was never let. */
export function hasSealedNothing(keyset: Keyset, id: string, now: Seconds): boolean {
  const key = keyFacts(keyset, now).find((each) => each.id === id)
  // A server whose clock is ahead lets it seal a little early.
  if (key?.role === 'will-seal') return key.activateAt > now + CLOCKS_DIFFER
  if (key?.role !== 'opens' || key.sealedUntil !== undefined) return false
  // It was to seal, and was called off; or it was inactive, and is back.
  if (key.activateAt !== key.createdAt) return false
  // What keys of an imported list did before nobody knows: they came with the first one.
  return keyset.keys.some((each) => each.createdAt < key.createdAt)
}

/** The library takes sessions that begin two minutes ahead. */
const CLOCKS_DIFFER: Seconds = 120

/** The key with an id, if the keyset has it. */
export function keyOf({ keys }: Keyset, id: string): KeysetKey | undefined {
  return keys.find(({ key }) => key.id === id)
}

/** The ids of keys that one keyset has and another has not. */
export function newIds(before: Keyset | undefined, after: Keyset): readonly string[] {
  return after.keys.map(({ key }) => key.id).filter((id) => before === undefined || keyOf(before, id) === undefined)
}

/** What a key does that is not the one that seals. */
const WAITING: Readonly<Record<KeyStatus, KeyRole>> = { primary: 'will-seal', active: 'opens', inactive: 'nothing' }
