import { createSessions, generateKey, parseKeyring } from '@encrypted-session/core'
import { sealSession } from '@encrypted-session/testing'
import { expect, it } from 'vitest'
import type { SessionDescription } from '../describe-session.ts'
import { plain } from '../plain.ts'
import { emptyVisit, type Visit } from '../visit.ts'
import { heldCookies } from './held-cookies.ts'
import { stretches, tokenParts } from './token-parts.ts'

const now = 1_800_000_000
const keys = await generateKey()
const sessions = createSessions({
  keyring: () => parseKeyring(keys),
  initial: emptyVisit,
  cookie: { secure: false },
  compression: 'off',
  now: () => now,
})

async function seal(data: Visit, subject: string) {
  const { cookieHeader } = await sealSession(sessions, { data, subject })
  const view = await sessions.read(cookieHeader)
  if (view.kind !== 'session') throw new Error('it must open')
  const session: SessionDescription = {
    ...view,
    origin: 'resumed',
    subject: view.subject ?? null,
    data: plain(view.data),
  }
  return { held: heldCookies('session', cookieHeader, []), session }
}

it('the data has as many bytes as its encoding, so everything before it has as many as the format says', async () => {
  const data: Visit = { ...emptyVisit(), note: 'größer' }
  const { held, session } = await seal(data, 'Zoë')

  expect(tokenParts(held, session, now)).toEqual([
    { name: 'envelope', bytes: 29 },
    { name: 'claims', bytes: 21 + 1 + 1 + Buffer.byteLength('Zoë') },
    { name: 'data', bytes: Buffer.byteLength(JSON.stringify(data)) },
    { name: 'tag', bytes: 16 },
  ])
})

it.each([10, 5000])('the stretches of a token with a note of %i characters are the cookies', async (length) => {
  const { held, session } = await seal({ ...emptyVisit(), note: 'x'.repeat(length) }, 'Ada')
  const cut = stretches(held, tokenParts(held, session, now))

  expect(cut.map((each) => ({ name: each.cookie, value: each.stretches.map(({ text }) => text).join('') }))).toEqual(
    held,
  )
  const names = cut
    .flatMap((each) => each.stretches.map(({ name }) => name))
    .filter((name, index, all) => name !== all[index - 1])
  expect(names).toEqual(
    length === 10
      ? ['envelope', 'claims', 'data', 'tag']
      : ['mark', 'envelope', 'claims', 'data', 'mark', 'data', 'tag'],
  )
})

it('a cookie that does not open is noise', async () => {
  const { held, session } = await seal(emptyVisit(), 'Ada')
  const parts = tokenParts(held, { ...session, cookie: null }, now)

  expect(parts.map(({ name }) => name)).toEqual(['noise'])
})
