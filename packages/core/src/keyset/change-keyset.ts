import { SessionError } from '../base/errors.ts'
import { days, type Seconds } from '../base/time.ts'
import { createKey } from '../seal/key.ts'
import {
  checkKeyset,
  isKeyId,
  keyAs,
  type Keyset,
  type KeysetKey,
  lastUseOf,
  newKeyset,
  pendingKeysOf,
  sealingKeyOf,
  settledKeyset,
} from './keyset.ts'
import { formatMoment } from './moment.ts'

/** A rotation farther ahead is a unit mistaken for another. */
const LONGEST_PROPAGATE: Seconds = days(365)

/** A keyset of one key that seals from now on. Throws `ERR_KEYRING_INVALID` for a secret that is not 32 random bytes. */
export async function createKeyset(secret: Uint8Array, now: Seconds): Promise<Keyset> {
  return newKeyset(1, [{ key: await createKey(secret, 'primary', now), createdAt: now }], [])
}

/**
 * The keyset with one key more: an `active` one only opens, a `primary` one seals at once, and the one that sealed becomes active.
 * Throws `ERR_KEYSET_INVALID` for a key that the keyset has or had, `ERR_KEYRING_INVALID` for a secret that is not 32 random bytes.
 */
export async function addKey(
  keyset: Keyset,
  secret: Uint8Array,
  status: 'primary' | 'active',
  now: Seconds,
): Promise<Keyset> {
  const settled = settledKeyset(keyset, now)
  const added = newcomer(settled, { key: await createKey(secret, status, now), createdAt: now })
  return changed(settled, [added, ...(status === 'primary' ? relieved(settled, now) : settled.keys)])
}

/**
 * The keyset with a key one step up: an inactive key becomes active; an active one, or a primary one that still waits for its
 * time, seals at once, and the one that sealed becomes active. Throws `ERR_KEYSET_INVALID` for an id that there is not, and
 * for the key that seals already.
 */
export function promoteKey(keyset: Keyset, id: string, now: Seconds): Keyset {
  const settled = settledKeyset(keyset, now)
  const promoted = findEntry(settled, id)
  if (promoted.key.status === 'inactive') {
    // From now on: a `retire` that runs every night must not undo this by the key's old age.
    return changed(settled, replaced(settled.keys, promoted, { ...promoted, key: keyAs(promoted, 'active', now) }))
  }
  checkKeyset(promoted !== sealingKeyOf(settled, now), `Key ${id} seals already: there is nothing to promote`)
  const sealing = { key: keyAs(promoted, 'primary', now), createdAt: promoted.createdAt }
  return changed(settled, replaced(relieved(settled, now), promoted, sealing))
}

/**
 * The keyset with a key one step down: a primary key that waits for its time becomes active, which calls its rotation off;
 * an active one becomes inactive and opens nothing. Throws `ERR_KEYSET_INVALID` for an id that there is not, for the key that
 * seals, and for an inactive one.
 */
export function demoteKey(keyset: Keyset, id: string, now: Seconds): Keyset {
  const settled = settledKeyset(keyset, now)
  const demoted = findEntry(settled, id)
  checkReplaceable(settled, demoted, now)
  const { status } = demoted.key
  checkKeyset(status !== 'inactive', `Key ${id} is inactive already: revoke it to delete its secret`)
  const key =
    status === 'primary'
      ? // A server whose clock is ahead may have sealed with it until now.
        keyAs(demoted, 'active', now)
      : keyAs(demoted, 'inactive')
  return changed(settled, replaced(settled.keys, demoted, { ...demoted, key }))
}

/**
 * The keyset without a key's secret: only its id is kept, so that what it sealed is known as a retired key's. There is no way back.
 * Throws `ERR_KEYSET_INVALID` for an id that there is not, and for the key that seals.
 */
export function revokeKey(keyset: Keyset, id: string, now: Seconds): Keyset {
  const settled = settledKeyset(keyset, now)
  const revoked = findEntry(settled, id)
  checkReplaceable(settled, revoked, now)
  return newKeyset(
    settled.revision + 1,
    settled.keys.filter((entry) => entry !== revoked),
    [{ id, revokedAt: now }, ...settled.revoked],
  )
}

/**
 * The keyset with a new key that opens at once and seals `propagate` seconds later, when every process has it. Until then the key
 * that seals now goes on; then it counts as active by itself. Throws `ERR_KEYSET_INVALID` while an earlier rotation still
 * waits, and for a key that the keyset has or had; `ERR_KEYRING_INVALID` for a secret that is not 32 random bytes.
 *
 * @example
 * ```ts
 * import { formatKeyset, parseKeyset, rotateKeys } from '@encrypted-session/core/keyset'
 *
 * declare const text: string
 * const now = Math.floor(Date.now() / 1000)
 * const keyset = await parseKeyset(text, now)
 * const rotated = await rotateKeys(keyset, crypto.getRandomValues(new Uint8Array(32)), { propagate: 900 }, now)
 * const newText = await formatKeyset(rotated)
 * ```
 */
export async function rotateKeys(
  keyset: Keyset,
  secret: Uint8Array,
  { propagate }: { readonly propagate: Seconds },
  now: Seconds,
): Promise<Keyset> {
  checkSeconds(propagate, 'propagate')
  checkKeyset(propagate <= LONGEST_PROPAGATE, 'propagate must be a year at most')
  if (propagate === 0) return addKey(withoutPending(keyset, now), secret, 'primary', now)
  const settled = settledKeyset(withoutPending(keyset, now), now)
  // Whoever wrote the last revision may have a clock that is ahead of this one: the new key seals after the old one all the same.
  const activateAt = Math.max(now + propagate, sealingKeyOf(settled, now).key.activateAt)
  const key = await createKey(secret, 'primary', activateAt)
  return changed(settled, [newcomer(settled, { key, createdAt: now }), ...settled.keys])
}

/**
 * The keyset with those active keys inactive that have sealed nothing for `olderThan` seconds, and are active for as long: take
 * the longest time for which a session can live. Gives the keyset itself when there is nothing to write down.
 * Throws `ERR_KEYSET_INVALID` when `olderThan` is no whole number of seconds.
 */
export function retireKeys(keyset: Keyset, olderThan: Seconds, now: Seconds): Keyset {
  checkSeconds(olderThan, 'olderThan')
  const settled = settledKeyset(keyset, now)
  const keys = settled.keys.map((entry) =>
    entry.key.status === 'active' && lastUseOf(entry) + olderThan <= now
      ? { ...entry, key: keyAs(entry, 'inactive') }
      : entry,
  )
  const isSame = settled === keyset && keys.every((entry, index) => entry === keyset.keys[index])
  return isSame ? keyset : changed(settled, keys)
}

function changed({ revision, revoked }: Keyset, keys: readonly KeysetKey[]): Keyset {
  return newKeyset(revision + 1, keys, revoked)
}

/** The keys of a settled keyset, the one that seals made active: another is about to take its place. */
function relieved(settled: Keyset, now: Seconds): readonly KeysetKey[] {
  const sealing = sealingKeyOf(settled, now)
  return replaced(settled.keys, sealing, { ...sealing, key: keyAs(sealing, 'active'), sealedUntil: now })
}

function replaced(keys: readonly KeysetKey[], old: KeysetKey, entry: KeysetKey): readonly KeysetKey[] {
  return keys.map((each) => (each === old ? entry : each))
}

function newcomer(keyset: Keyset, entry: KeysetKey): KeysetKey {
  const { id } = entry.key
  checkKeyset(!keyset.keys.some(({ key }) => key.id === id), `Key ${id} is in the keyset already: promote that one`)
  checkKeyset(!keyset.revoked.some((each) => each.id === id), `Key ${id} was revoked: make a new one`)
  return entry
}

function findEntry(keyset: Keyset, id: string): KeysetKey {
  const entry = keyset.keys.find(({ key }) => key.id === id)
  if (entry !== undefined) return entry
  const there = keyset.keys.map(({ key }) => key.id).join(', ')
  throw new SessionError('ERR_KEYSET_INVALID', `${whyAbsent(keyset, id)}. The keys are: ${there}.`)
}

function whyAbsent({ revoked }: Keyset, id: string): string {
  // What is no id may be a secret, given in the wrong place.
  if (!isKeyId(id)) return 'A key id is eight hexadecimal digits'
  const { revokedAt } = revoked.find((each) => each.id === id) ?? {}
  return revokedAt === undefined ? `There is no key ${id}` : `Key ${id} was revoked at ${formatMoment(revokedAt)}`
}

/** The key that seals can only be replaced: somebody has to seal. */
function checkReplaceable(settled: Keyset, entry: KeysetKey, now: Seconds): void {
  checkKeyset(
    entry !== sealingKeyOf(settled, now),
    `Key ${entry.key.id} is the one that seals: promote another key or add a primary one first`,
  )
}

function withoutPending(keyset: Keyset, now: Seconds): Keyset {
  const [pending] = pendingKeysOf(keyset, now)
  if (pending === undefined) return keyset
  const { id, activateAt } = pending.key
  throw new SessionError(
    'ERR_KEYSET_INVALID',
    `Key ${id} begins to seal at ${formatMoment(activateAt)}: wait until then, or demote it to call that off.`,
  )
}

function checkSeconds(value: number, name: string): void {
  checkKeyset(Number.isSafeInteger(value) && value >= 0, `${name} must be a whole number of seconds`)
}
