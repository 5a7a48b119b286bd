import { createSessions, parseKeyring } from '@encrypted-session/core'
import { emptyVisit, type Visit } from '@encrypted-session/demo'
import { sealSession } from '@encrypted-session/testing'

/** The value of the cookie of Ada, who has signed in a minute and a half ago. */
export async function dueToken(keys: string): Promise<string> {
  const at = Math.floor(Date.now() / 1000) - 90
  const sessions = createSessions<Visit>({
    keyring: () => parseKeyring(keys),
    initial: emptyVisit,
    lifetime: { absolute: 7200, idle: 600, extendAfter: 60 },
    cookie: { secure: false },
    now: () => at,
  })
  const { cookieHeader } = await sealSession(sessions, {
    subject: 'Ada',
    data: { user: { name: 'Ada' }, cart: [], visits: 1 },
  })
  return cookieHeader.slice('session='.length)
}
