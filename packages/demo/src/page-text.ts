import type { FlashMessage, Session, Sessions } from '@encrypted-session/core'
import { describeSession } from './describe-session.ts'
import type { EventLog } from './event-log.ts'
import { CONTENT_SECURITY_POLICY } from './page/document.ts'
import { heldCookies } from './page/held-cookies.ts'
import { renderPage } from './page/page.ts'
import { type Deed, type Replay, type Site, themeOf } from './page/view.ts'
import { compareTypes } from './types.ts'
import type { Visit } from './visit.ts'

/** What an app knows when it answers with the page. */
export interface PageFacts {
  readonly sessions: Pick<Sessions<Visit>, 'cookieName'>
  readonly site: Site
  /** The one in whose `follow` the request runs. */
  readonly log: EventLog
  /** Committed already, so that the page can show the cookie that this very response sets. */
  readonly session: Session<Visit>
  /** What was taken out of the session before the commit. */
  readonly flash: readonly FlashMessage[]
  readonly cookies: PageCookies
  /** The request's. */
  readonly cookieHeader: string | null | undefined
  /** What the request that led here did, as `deedOf` reads it from the query. */
  readonly did?: Deed | undefined
  /** What came of presenting a copy. */
  readonly replay?: Replay | undefined
}

/** The values of the page's own cookies. */
export interface PageCookies {
  readonly theme: string | undefined
  /** The value of `COPY_COOKIE`. */
  readonly copy: string | undefined
}

/** Sent with the page. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cache-control': 'private, no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/** The page, as the browser's cookie stands after this response. */
export function pageText(facts: PageFacts): string {
  const { sessions, site, log, session, flash, cookies, cookieHeader, did, replay } = facts
  return renderPage({
    site,
    theme: themeOf(cookies.theme),
    session: describeSession(session),
    persistent: session.persistent,
    did,
    types: compareTypes(session.data.types),
    flash: flash.map(({ text }) => text),
    held: heldCookies(sessions.cookieName, cookieHeader, log.setCookies()),
    lastWrite: log.lastWrite(),
    events: log.recent(),
    copy: cookies.copy,
    ...(replay !== undefined && { replay }),
    now: Math.floor(Date.now() / 1000),
  })
}
