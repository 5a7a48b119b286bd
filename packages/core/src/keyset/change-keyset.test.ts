import { beforeAll, describe, expect, it } from 'vitest'
import { days, minutes, type Seconds } from '../base/time.ts'
import { generateKey, Key } from '../seal/key.ts'
import { addKey, createKeyset, demoteKey, promoteKey, retireKeys, revokeKey, rotateKeys } from './change-keyset.ts'
import { formatKeyset } from './format-keyset.ts'
import {
  ID,
  NOW,
  OLD_ID,
  OLDEST_ID,
  REVOKED_ID,
  secretOf,
  STRANGE_ID,
  STRANGE_SECRET,
  TEXT,
} from './keyset-file.fixture.ts'
import { type Keyset, sealingKeyOf, settledKeyset } from './keyset.ts'
import { parseKeyset } from './parse-keyset.ts'

/** ID seals, OLD_ID is active, OLDEST_ID inactive, REVOKED_ID revoked. */
let keyset: Keyset
/** The same, with STRANGE_ID to seal in ten minutes. */
let rotated: Keyset
const SWITCH = NOW + minutes(10)

beforeAll(async () => {
  keyset = await parseKeyset(TEXT, NOW)
  rotated = await rotateKeys(keyset, secretOf(4), { propagate: minutes(10) }, NOW)
})

describe('a keyset, changed', () => {
  it('begins with one key, which seals at once', async () => {
    const created = await createKeyset(secretOf(4), NOW)
    expect(created).toMatchObject({ revision: 1, revoked: [] })
    expect(facts(created)).toEqual([{ id: STRANGE_ID, status: 'primary', createdAt: NOW, activateAt: NOW }])
    expect(sealingKeyOf(created, NOW).key.id).toBe(STRANGE_ID)
  })

  it('takes an active key in front of the others, and goes on sealing with the same', async () => {
    const added = await addKey(keyset, secretOf(4), 'active', NOW)
    expect(facts(added)).toEqual([
      { id: STRANGE_ID, status: 'active', createdAt: NOW, activateAt: NOW },
      ...facts(keyset),
    ])
    expect(sealingKeyOf(added, NOW).key.id).toBe(ID)
  })

  it('takes a primary key, and the one that sealed becomes active', async () => {
    const added = await addKey(keyset, secretOf(4), 'primary', NOW)
    expect(facts(added).slice(0, 2)).toEqual([
      { id: STRANGE_ID, status: 'primary', createdAt: NOW, activateAt: NOW },
      { id: ID, status: 'active', createdAt: NOW - 3600, activateAt: NOW - 3000, sealedUntil: NOW },
    ])
  })

  it('promotes an inactive key to active, with its past', () => {
    const promoted = facts(promoteKey(keyset, OLDEST_ID, NOW))[2]
    expect(promoted).toEqual({ ...facts(keyset)[2], status: 'active', activateAt: NOW })
  })

  it('promotes an active key to the one that seals from now on', () => {
    const [former, promoted] = facts(promoteKey(keyset, OLD_ID, NOW))
    expect(former).toMatchObject({ id: ID, status: 'active', sealedUntil: NOW })
    expect(promoted).toEqual({ id: OLD_ID, status: 'primary', createdAt: facts(keyset)[1]?.createdAt, activateAt: NOW })
  })

  it('promotes a key that waits for its time to the one that seals from now on', () => {
    const promoted = promoteKey(rotated, STRANGE_ID, NOW + 1)
    expect(sealingKeyOf(promoted, NOW + 1).key).toMatchObject({ id: STRANGE_ID, activateAt: NOW + 1 })
    expect(facts(promoted)[1]).toMatchObject({ id: ID, status: 'active', sealedUntil: NOW + 1 })
  })

  it('lets the promoted key seal where another was added in the same second', async () => {
    const added = await addKey(keyset, secretOf(4), 'primary', NOW)
    expect(sealingKeyOf(promoteKey(added, ID, NOW), NOW).key.id).toBe(ID)
  })

  it('demotes a key that waits for its time to active: the old one seals on', () => {
    const demoted = demoteKey(rotated, STRANGE_ID, NOW + 1)
    expect(facts(demoted)[0]).toEqual({ id: STRANGE_ID, status: 'active', createdAt: NOW, activateAt: NOW + 1 })
    expect(sealingKeyOf(demoted, SWITCH).key.id).toBe(ID)
  })

  it('demotes an active key to inactive, with its past', () => {
    expect(facts(demoteKey(keyset, OLD_ID, NOW))[1]).toEqual({ ...facts(keyset)[1], status: 'inactive' })
  })

  it.each<[string, () => string]>([
    ['an active', () => OLD_ID],
    ['an inactive', () => OLDEST_ID],
  ])('keeps nothing of %s key that is revoked but its id', async (_, id) => {
    const revoked = revokeKey(keyset, id(), NOW)
    expect(revoked.revoked).toEqual([{ id: id(), revokedAt: NOW }, ...keyset.revoked])
    expect(facts(revoked).map((key) => key.id)).not.toContain(id())
    expect((await formatKeyset(revoked)).match(/esk_/gu)).toHaveLength(2)
  })

  it('calls a rotation off when its key is revoked', () => {
    expect(sealingKeyOf(revokeKey(rotated, STRANGE_ID, NOW), SWITCH).key.id).toBe(ID)
  })

  it('rotates to a key that opens at once and seals when every process has it', () => {
    expect(facts(rotated)).toEqual([
      { id: STRANGE_ID, status: 'primary', createdAt: NOW, activateAt: SWITCH },
      ...facts(keyset),
    ])
    expect([SWITCH - 1, SWITCH].map((now) => sealingKeyOf(rotated, now).key.id)).toEqual([ID, STRANGE_ID])
  })

  it('says after a rotation until when the old key sealed, without a new revision', () => {
    const settled = settledKeyset(rotated, SWITCH + 1000)
    expect(facts(settled)[1]).toEqual({ ...facts(keyset)[0], status: 'active', sealedUntil: SWITCH })
    expect(settled.revision).toBe(rotated.revision)
  })

  it('is settled already until then', () => {
    expect(settledKeyset(rotated, SWITCH - 1)).toBe(rotated)
  })

  it.each([0, 10])('rotates on a clock that is behind that of the last change, propagate %i', async (propagate) => {
    const created = await createKeyset(secretOf(1), NOW)
    const next = await rotateKeys(created, secretOf(4), { propagate }, NOW - 30)
    expect(sealingKeyOf(next, NOW).key.id).toBe(STRANGE_ID)
  })

  it.each<[string, Seconds, Seconds, string]>([
    ['is not that old', minutes(51), NOW, 'active'],
    ['is exactly that old', minutes(50), NOW, 'inactive'],
    ['is older', minutes(50), NOW + 1, 'inactive'],
  ])('retires an active key by when it last sealed: one that %s', (_, olderThan, now, status) => {
    expect(facts(retireKeys(keyset, olderThan, now)).map((key) => key.status)).toEqual(['primary', status, 'inactive'])
  })

  it('retires an active key that never sealed by when it was made', async () => {
    const added = await addKey(keyset, secretOf(4), 'active', NOW)
    expect(facts(retireKeys(added, days(1), NOW + days(1) - 1))[0]?.status).toBe('active')
    expect(facts(retireKeys(added, days(1), NOW + days(1)))[0]?.status).toBe('inactive')
  })

  it.each<[string, () => Keyset, string]>([
    ['promoted again', () => promoteKey(keyset, OLDEST_ID, NOW), OLDEST_ID],
    [
      'called off, and may have sealed on a server whose clock is ahead',
      () => demoteKey(rotated, STRANGE_ID, NOW),
      STRANGE_ID,
    ],
  ])('retires a key that was %s only when it has been active for as long', (_, active, id) => {
    const statusAt = (now: Seconds): string | undefined =>
      facts(retireKeys(active(), days(31), now)).find((key) => key.id === id)?.status
    expect([statusAt(NOW + days(31) - 1), statusAt(NOW + days(31))]).toEqual(['active', 'inactive'])
  })

  it('retires no key that seals or waits for its time', () => {
    const retired = retireKeys(rotated, 0, NOW)
    expect(facts(retired).map((key) => key.status)).toEqual(['primary', 'primary', 'inactive', 'inactive'])
  })

  it('retires a key whose end was not written down yet', () => {
    expect(facts(retireKeys(rotated, days(1), SWITCH + days(1)))[1]).toMatchObject({
      id: ID,
      status: 'inactive',
      sealedUntil: SWITCH,
    })
  })

  it('is the same where no key is to be retired, and nothing is to be written down', () => {
    expect(retireKeys(rotated, days(365), NOW)).toBe(rotated)
  })

  it.each<[string, () => Keyset | Promise<Keyset>]>([
    ['add', async () => addKey(rotated, secretOf(5), 'active', SWITCH)],
    ['promote', () => promoteKey(rotated, OLD_ID, SWITCH)],
    ['demote', () => demoteKey(rotated, OLD_ID, SWITCH)],
    ['revoke', () => revokeKey(rotated, OLD_ID, SWITCH)],
    ['rotate', async () => rotateKeys(rotated, secretOf(5), { propagate: 600 }, SWITCH)],
    ['retire', () => retireKeys(rotated, days(365), SWITCH)],
  ])('writes down what time has done, and has the next revision, after %s', async (_, change) => {
    const after = await change()
    expect(after.revision).toBe(rotated.revision + 1)
    expect(facts(after).find((key) => key.id === ID)).toMatchObject({ status: 'active', sealedUntil: SWITCH })
  })

  it('keeps the secrets through every change', async () => {
    const after = retireKeys(promoteKey(demoteKey(rotated, STRANGE_ID, NOW), OLD_ID, NOW), 0, NOW)
    expect(after.keys.map(({ key }) => Key.secretOf(key))).toEqual([4, 1, 2, 3].map(secretOf))
    await expect(parseKeyset(await formatKeyset(after), NOW)).resolves.toStrictEqual(after)
  })
})

describe('a change of a keyset', () => {
  it.each<[string, () => Keyset | Promise<Keyset>, () => string]>([
    [
      'an id that there is not',
      () => promoteKey(keyset, 'ffffffff', NOW),
      () => `no key ffffffff. The keys are: ${ID}, `,
    ],
    [
      'a revoked id',
      () => promoteKey(keyset, REVOKED_ID, NOW),
      () => 'was revoked at 2026-03-04T05:06:07Z. The keys are: ',
    ],
    [
      'a secret for an id',
      () => revokeKey(keyset, STRANGE_SECRET, NOW),
      () => 'eight hexadecimal digits. The keys are: ',
    ],
    ['promoting the key that seals', () => promoteKey(keyset, ID, NOW), () => `${ID} seals already`],
    ['demoting the key that seals', () => demoteKey(keyset, ID, NOW), () => 'promote another key or add'],
    ['demoting an inactive key', () => demoteKey(keyset, OLDEST_ID, NOW), () => 'revoke it to delete its secret'],
    ['revoking the key that seals', () => revokeKey(keyset, ID, NOW), () => 'promote another key or add'],
    ['revoking it while another waits', () => revokeKey(rotated, ID, SWITCH - 1), () => `${ID} is the one that seals`],
    [
      'rotating twice',
      async () => rotateKeys(rotated, secretOf(5), { propagate: 600 }, SWITCH - 1),
      () => `${STRANGE_ID} begins to seal at 2026-11-22T06:10:00Z: wait until then, or demote it`,
    ],
    [
      'rotating at once while another waits',
      async () => rotateKeys(rotated, secretOf(5), { propagate: 0 }, NOW),
      () => 'begins to seal',
    ],
    [
      'a key that is there',
      async () => addKey(keyset, secretOf(3), 'active', NOW),
      () => `${OLDEST_ID} is in the keyset`,
    ],
    [
      'rotating to a key that is there',
      async () => rotateKeys(keyset, secretOf(1), { propagate: 9 }, NOW),
      () => 'is in the keyset',
    ],
    [
      'a key that was revoked',
      async () => addKey(revokeKey(keyset, OLD_ID, NOW), secretOf(2), 'primary', NOW),
      () => `${OLD_ID} was revoked: make a new one`,
    ],
    [
      'a time that is no number',
      async () => rotateKeys(keyset, secretOf(4), { propagate: NaN }, NOW),
      () => 'propagate',
    ],
    ['a time before now', async () => rotateKeys(keyset, secretOf(4), { propagate: -1 }, NOW), () => 'propagate'],
    ['a broken time', () => retireKeys(keyset, 0.5, NOW), () => 'olderThan must be a whole number of seconds'],
    [
      'a time in a century',
      async () => rotateKeys(keyset, secretOf(4), { propagate: 1e10 }, NOW),
      () => 'a year at most',
    ],
  ])('refuses %s in a sentence', async (_, change, says) => {
    const error = await failure(change)
    expect(error).toMatchObject({ name: 'SessionError', code: 'ERR_KEYSET_INVALID' })
    expect(error.message).toContain(says())
    expect(error.message).toMatch(/^[A-Za-z].*\.$/u)
    expect(error.message).not.toContain(STRANGE_SECRET.slice(4, 16))
  })

  it.each<[string, (secret: Uint8Array) => Promise<Keyset>]>([
    ['create', async (secret) => createKeyset(secret, NOW)],
    ['add', async (secret) => addKey(keyset, secret, 'active', NOW)],
    ['rotate', async (secret) => rotateKeys(keyset, secret, { propagate: 600 }, NOW)],
  ])('refuses a secret that is not random: %s', async (_, change) => {
    const text = new TextEncoder().encode((await generateKey()).slice(0, 32))
    await expect(change(text)).rejects.toMatchObject({ code: 'ERR_KEYRING_INVALID' })
  })
})

/** What the file would say of each key, but for its secret. */
function facts({ keys }: Keyset): readonly Facts[] {
  return keys.map(({ key: { id, status, activateAt }, ...times }) => ({ id, status, activateAt, ...times }))
}

interface Facts {
  readonly id: string
  readonly status: string
  readonly createdAt: Seconds
  readonly activateAt: Seconds
  readonly sealedUntil?: Seconds
}

async function failure(change: () => unknown): Promise<Error> {
  try {
    await change()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('It did not fail.')
}
