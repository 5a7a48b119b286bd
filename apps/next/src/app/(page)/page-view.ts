import type { DeepReadonly, ReadOnlyView } from '@encrypted-session/core'
import {
  compareTypes,
  COPY_COOKIE,
  type Deed,
  heldCookies,
  type PageView,
  plain,
  type SessionDescription,
  themeOf,
  type Visit,
} from '@encrypted-session/demo'
import { readSession } from '@encrypted-session/next'
import { cookies, headers } from 'next/headers'
import { cookieHeader } from '../../kept-cookies.ts'
import { passedMessages } from '../../messages.ts'
import { log, sessions, site } from '../../sessions.ts'

/** What the shared pieces of the page show, and the session's data as it is. */
export interface Views {
  readonly view: PageView
  readonly data: DeepReadonly<Visit>
}

/** Everything that the page shows. */
export async function pageView(did: Deed | undefined): Promise<Views> {
  const store = await cookies()
  const header = await cookieHeader()
  return log.follow(async () => {
    const session = await readSession(sessions)
    const now = Math.floor(Date.now() / 1000)
    const view: PageView = {
      site,
      theme: themeOf(store.get('theme')?.value),
      session: described(session, now),
      persistent: session.kind === 'session' && session.persistent,
      did,
      types: compareTypes(session.data.types),
      flash: passedMessages(await headers()),
      // After an action, `cookies()` shows what its response sets; after the proxy has extended the session, that too.
      held: heldCookies(sessions.cookieName, header, []),
      lastWrite: log.lastWrite(),
      events: log.recent(),
      copy: store.get(COPY_COOKIE)?.value,
      now,
    }
    return { view, data: session.data }
  })
}

function described(view: ReadOnlyView<Visit>, now: number): SessionDescription {
  const data = plain(view.data)
  if (view.kind === 'anonymous') {
    return { origin: 'fresh', id: '', subject: null, createdAt: now, expiresAt: now, data, cookie: null }
  }
  const { id, subject = null, createdAt, expiresAt, cookie } = view
  return { origin: 'resumed', id, subject, createdAt, expiresAt, data, cookie }
}
