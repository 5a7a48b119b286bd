import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import {
  type CookieJar,
  createKeyring,
  createSessions,
  type Keyring,
  parseKeyring,
  type Session,
  type SessionEvent,
  type Sessions,
  type SessionsOptions,
} from './index.ts'
import { createKey, formatKeyText } from './seal/key.ts'
import { keySetOf } from './seal/keyring.ts'

const NOW = 1_800_000_000
const [ONE, TWO] = ['one', 'two'].map(
  (seed) => new Uint8Array(createHash('sha256').update(`sealing.test ${seed}`).digest()),
) as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>]

interface Visit {
  cart: { item: string; quantity: number }[]
}

interface Response {
  readonly session: Session<Visit>
  readonly cookie: string | undefined
}

function sessionsOf(
  keyring: Keyring | (() => Promise<Keyring>),
  more: Partial<SessionsOptions<Visit>> = {},
): Sessions<Visit> {
  return createSessions<Visit>({ keyring, initial: () => ({ cart: [] }), now: () => NOW, ...more })
}

/** One request: opens, lets the handler work, commits. */
async function request(
  sessions: Sessions<Visit>,
  cookie: string | undefined,
  handler: (session: Session<Visit>) => unknown,
): Promise<Response> {
  const set: string[] = []
  const jar: CookieJar = {
    get: (name) => (name === 'cookie' ? cookie : undefined),
    set: ({ name, value }) => void set.push(`${name}=${value}`),
    revise: () => undefined,
  }
  const { handle } = sessions.attach({}, jar)
  const session = await handle.open()
  await handler(session)
  await handle.commit(200)
  return { session, cookie: set.length === 0 ? undefined : set.join('; ') }
}

async function signedIn(sessions: Sessions<Visit>): Promise<string> {
  const { cookie } = await request(sessions, undefined, (session) => {
    session.regenerate({ subject: 'user-1' })
    session.data.cart.push({ item: 'book', quantity: 1 })
  })
  // Often enough that it is remembered, if tokens are.
  for (let round = 0; round < 3; round++) await request(sessions, cookie, ({ data }) => data)
  return cookie!
}

describe('two requests with one token', () => {
  it('have data of their own: what one changes the other does not see', async () => {
    const sessions = sessionsOf(await createKeyring([ONE]))
    const cookie = await signedIn(sessions)
    const seen: unknown[] = []
    const [changing, reading] = await Promise.all([
      request(sessions, cookie, async ({ data }) => {
        data.cart[0]!.quantity = 99
        await Promise.resolve()
      }),
      request(sessions, cookie, async (session) => {
        await Promise.resolve()
        seen.push(structuredClone(session.data))
      }),
    ])
    expect(seen).toEqual([{ cart: [{ item: 'book', quantity: 1 }] }])
    expect(reading.cookie).toBeUndefined()
    expect(changing.cookie).toBeDefined()
    const later = await request(sessions, cookie, ({ data }) => data)
    expect(later.session.data).toEqual({ cart: [{ item: 'book', quantity: 1 }] })
  })

  it('end when the key is removed between them', async () => {
    const reasons: string[] = []
    const keyring = { current: (await createKeyring([ONE])).current }
    const onEvent = (event: SessionEvent) => void (event.type === 'rejected' && reasons.push(event.reason))
    const sessions = sessionsOf(keyring, { onEvent })
    const cookie = await signedIn(sessions)
    expect((await request(sessions, cookie, () => undefined)).session.subject).toBe('user-1')
    keyring.current = keySetOf([await createKey(TWO, 'primary')])
    expect((await request(sessions, cookie, () => undefined)).session.subject).toBeUndefined()
    expect(reasons).toEqual(['unknown-key'])
  })

  it('end when the session ends between them, although the token is remembered', async () => {
    let now = NOW
    const sessions = sessionsOf(await createKeyring([ONE]), {
      now: () => now,
      lifetime: { absolute: 100, idle: 'off' },
    })
    const cookie = await signedIn(sessions)
    now += 99
    expect((await request(sessions, cookie, () => undefined)).session.subject).toBe('user-1')
    now += 1
    expect((await request(sessions, cookie, () => undefined)).session.subject).toBeUndefined()
  })
})

describe('a secret', () => {
  it('shows in nothing that can be printed: sessions, session, view, events, what they are made of', async () => {
    const text = await formatKeyText(ONE)
    const keyring = await parseKeyring(text)
    const events: SessionEvent[] = []
    const printed = ['log', 'info', 'warn', 'error', 'debug'].map((method) =>
      vi.spyOn(console, method as 'log').mockImplementation(() => undefined),
    )
    const sessions = sessionsOf(keyring, { onEvent: (event) => void events.push(event) })
    const cookie = await signedIn(sessions)
    const { session } = await request(sessions, cookie, ({ data }) => data)
    await request(sessions, `${cookie.slice(0, -1)}A`, ({ data }) => data)
    const view = await sessions.read(cookie)
    const shown = [sessions, session, view, events, keyring]
      .flatMap((value) => [
        inspect(value, { depth: null, showHidden: true, getters: true }),
        JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each)),
      ])
      .join('\n')
    const called = printed.flatMap(({ mock }) => mock.calls)
    vi.restoreAllMocks()
    expect(events.map(({ type }) => type)).toContain('sealed')
    expect(shown).toContain('user-1')
    for (const secret of [
      text.slice(4, 30),
      Buffer.from(ONE).toString('hex').slice(0, 16),
      ONE.slice(0, 6).join(', '),
      ONE.slice(0, 6).join(','),
    ]) {
      expect(shown).not.toContain(secret)
    }
    expect(called).toEqual([])
  })

  it('shows in no error of a keyring that is wrong', async () => {
    const text = await formatKeyText(ONE)
    const sessions = sessionsOf(() => parseKeyring(`${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`))
    const error: unknown = await sessions.ready().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_KEYRING_INVALID' })
    const shown = inspect(error, { depth: null, showHidden: true }) + String(error) + JSON.stringify(error)
    expect(shown).not.toContain(text.slice(4, 12))
    expect(shown).not.toContain(text.slice(-12, -2))
  })
})
