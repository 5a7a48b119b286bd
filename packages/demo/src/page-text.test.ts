import { createSessions, generateKey, parseKeyring, type Session, type Sessions } from '@encrypted-session/core'
import { createMemoryJar } from '@encrypted-session/testing'
import { expect, it } from 'vitest'
import { createEventLog, type EventLog } from './event-log.ts'
import { pageHeaders, pageText } from './page-text.ts'
import { createDemoSessions } from './sessions.ts'
import { emptyVisit, type Visit } from './visit.ts'

const site = { framework: 'Koa', hasTemporaryKey: true, hasRevocation: false }
const cookies = { theme: 'dark', copy: undefined }
const keys = await generateKey()

/** The page that answers a request which does this with its session. */
async function pageOf(
  { log, sessions }: { readonly log: EventLog; readonly sessions: Sessions<Visit> },
  handler: (session: Session<Visit>) => void,
): Promise<{ readonly text: string; readonly session: Session<Visit>; readonly cookie: string | undefined }> {
  return log.follow(async () => {
    const jar = createMemoryJar()
    const session = await sessions.attach({}, jar).handle.open()
    handler(session)
    const flash = session.flash.take()
    await session.commit()
    const text = pageText({ sessions, site, log, session, flash, cookies, cookieHeader: undefined, did: 'id' })
    return { text, session, cookie: log.setCookies()[0] }
  })
}

it('shows the session, its messages, its cookie and why that was written', async () => {
  const log = createEventLog()
  const sessions = createDemoSessions({ keys }, log)
  const { text, session, cookie } = await pageOf({ log, sessions }, (fresh) => {
    fresh.regenerate({ subject: 'Ada' })
    fresh.data.cart.push({ item: 'Tea', qty: 3 })
    fresh.flash.add('info', 'Saved <b>')
  })
  const words = text.replaceAll(/<[^>]*>/gu, '')

  expect(text).toContain('<title>EncryptedSession on Koa</title>')
  expect(text).toContain('data-theme="dark"')
  expect(words).toContain('Signed in as Ada')
  expect(words).toMatch(/Tea\s+3/u)
  expect(words).toContain('Saved &lt;b&gt;')
  expect(cookie).toMatch(/^session=/u)
  expect(words).toContain(cookie?.split(';')[0])
  expect(text).toContain(`New id: ${session.id.slice(0, 8)}`)
  expect(words).toContain('The key was made for this run')
})

it('a visitor who has done nothing has no cookie', async () => {
  const log = createEventLog()
  const sessions = createDemoSessions({ keys }, log)
  const { text, cookie } = await pageOf({ log, sessions }, () => undefined)

  expect(cookie).toBeUndefined()
  expect(text).toContain('No cookie. A visitor who has done nothing gets none.')
})

it('sessions whose cookies the log does not see would show none', async () => {
  const log = createEventLog()
  const sessions = createSessions({
    keyring: () => parseKeyring(keys),
    initial: emptyVisit,
    cookie: { secure: false },
    onEvent: log.record,
  })
  const { text } = await pageOf({ log, sessions }, (session) => session.regenerate({ subject: 'Ada' }))

  expect(text.replaceAll(/<[^>]*>/gu, '')).toContain('No cookie.')
})

it('is not kept by anyone and runs no foreign script', () => {
  expect(pageHeaders).toMatchObject({
    'cache-control': 'private, no-store',
    'content-security-policy': expect.stringContaining("script-src 'self'") as unknown,
  })
})
