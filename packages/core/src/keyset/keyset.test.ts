import { describe, expect, it } from 'vitest'
import { findKey, findSealingKey } from '../seal/keyring.ts'
import { createKeyset, rotateKeys } from './change-keyset.ts'
import { ID, NOW, OLD_ID, OLDEST_ID, REVOKED_ID, secretOf, STRANGE_ID, TEXT } from './keyset-file.fixture.ts'
import { type Keyset, keySetOfKeyset, newKeyset, sealingKeyOf, settledKeyset } from './keyset.ts'
import { parseKeyset } from './parse-keyset.ts'

describe('what sealers take of a keyset', () => {
  it('opens with primary and active keys, and knows the others as retired', async () => {
    const keySet = keySetOfKeyset(await parseKeyset(TEXT, NOW))
    const found = [ID, OLD_ID, OLDEST_ID, REVOKED_ID, STRANGE_ID].map((id) => findKey(keySet, id))
    expect(found).toMatchObject([
      { id: ID },
      { id: OLD_ID },
      { reason: 'retired-key' },
      { reason: 'retired-key' },
      { reason: 'unknown-key' },
    ])
  })

  it.each([
    ['a clock that is a day behind', NOW - 86_400, ID],
    ['a clock that is a second behind', NOW - 1, ID],
    ['the very second', NOW, ID],
    ['the last second before a rotation', NOW + 9, ID],
    ['the very second of a rotation', NOW + 10, STRANGE_ID],
  ])('seals with one key at any time: at %s', async (_, now, id) => {
    const keyset = await rotateKeys(await createKeyset(secretOf(1), NOW), secretOf(4), { propagate: 10 }, NOW)
    expect(findSealingKey(keySetOfKeyset(keyset), now)?.id).toBe(id)
    expect(sealingKeyOf(keyset, now).key.id).toBe(id)
  })

  it('seals with the first in the list of two that begin at one time, and settling agrees', async () => {
    const [one, other] = await Promise.all([createKeyset(secretOf(1), NOW), createKeyset(secretOf(4), NOW)])
    const both: Keyset = newKeyset(2, [...one.keys, ...other.keys], [])
    const settled = settledKeyset(both, NOW)
    expect([both, settled].map((keyset) => findSealingKey(keySetOfKeyset(keyset), NOW)?.id)).toEqual([ID, ID])
    expect(settled.keys[1]).toMatchObject({ key: { id: STRANGE_ID, status: 'active' }, sealedUntil: NOW })
  })
})

describe('the key that seals', () => {
  it('is asked of a keyset without one in vain', () => {
    const nothing = newKeyset(1, [], [])
    expect(() => sealingKeyOf(nothing, NOW)).toThrow(expect.objectContaining({ code: 'ERR_KEYSET_INVALID' }) as Error)
  })
})
