import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Key } from '../seal/key.ts'
import { formatKeyset } from './format-keyset.ts'
import {
  BAD_FILES,
  GOOD_FILES,
  ID,
  NOW,
  OLD_ID,
  OLD_SECRET,
  OLDEST_ID,
  OLDEST_SECRET,
  REVOKED_ID,
  SECRET,
  secretOf,
  STRANGE_SECRET,
  TEXT,
} from './keyset-file.fixture.ts'
import { sealingKeyOf } from './keyset.ts'
import { parseKeyset } from './parse-keyset.ts'

describe('a keyset file', () => {
  it('gives its keys, with status and times', async () => {
    const { revision, keys, revoked } = await parseKeyset(TEXT, NOW)
    expect(revision).toBe(3)
    expect(keys.map(({ key, ...times }) => ({ id: key.id, status: key.status, at: key.activateAt, ...times }))).toEqual(
      [
        { id: ID, status: 'primary', at: NOW - 3000, createdAt: NOW - 3600 },
        {
          id: OLD_ID,
          status: 'active',
          at: moment('06-01T12'),
          createdAt: moment('06-01T12'),
          sealedUntil: NOW - 3000,
        },
        {
          id: OLDEST_ID,
          status: 'inactive',
          at: moment('01-01T00'),
          createdAt: moment('01-01T00'),
          sealedUntil: moment('06-01T12'),
        },
      ],
    )
    expect(keys.map(({ key }) => Key.secretOf(key))).toEqual([secretOf(1), secretOf(2), secretOf(3)])
    expect(revoked).toEqual([{ id: REVOKED_ID, revokedAt: Date.parse('2026-03-04T05:06:07Z') / 1000 }])
  })

  it('is written as it was read', async () => {
    expect(await formatKeyset(await parseKeyset(TEXT, NOW))).toBe(TEXT)
  })

  it.each(GOOD_FILES)('is read when it has $name', async ({ text }) => {
    const keyset = await parseKeyset(text, NOW)
    expect(await parseKeyset(await formatKeyset(keyset), NOW)).toStrictEqual(keyset)
    expect(sealingKeyOf(keyset, NOW).key.status).toBe('primary')
  })

  it.each(BAD_FILES)('that $name is refused in its line, with a remedy and no secret', async ({ text, line, says }) => {
    const error = await failure(parseKeyset(text, NOW))
    expect(error).toMatchObject({ name: 'SessionError', code: 'ERR_KEYSET_INVALID' })
    expect(error.message).toContain(says)
    expect(error.message).toMatch(new RegExp(String.raw`^line ${line}: [^\n]+[;.][^\n]+\.$`, 'u'))
    expectNoSecret(inspect(error, { depth: Infinity, showHidden: true }))
  })

  it('shows no secret when what it gives is printed or turned into JSON', async () => {
    const keyset = await parseKeyset(TEXT, NOW)
    expectNoSecret(inspect(keyset, { depth: Infinity, showHidden: true }) + JSON.stringify(keyset))
  })

  it('gives what nobody can change', async () => {
    const keyset = await parseKeyset(TEXT, NOW)
    expect([keyset, keyset.keys, keyset.revoked, ...keyset.keys, ...keyset.revoked].every(Object.isFrozen)).toBe(true)
  })
})

function moment(text: string): number {
  return Date.parse(`2026-${text}:00:00Z`) / 1000
}

function expectNoSecret(text: string): void {
  for (const secret of [SECRET, OLD_SECRET, OLDEST_SECRET, STRANGE_SECRET]) {
    // A part of it would be too much.
    expect(text).not.toContain(secret.slice(4, 16))
    expect(text).not.toContain(secret.slice(30, 42))
  }
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('It did not fail.')
}
