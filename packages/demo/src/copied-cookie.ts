import type { Sessions } from '@encrypted-session/core'
import { type HeldCookie, heldCookies } from './page/held-cookies.ts'
import { noCookie } from './refusal.ts'
import type { Visit } from './visit.ts'

/** Where a copy of the session's cookie is kept aside. */
export const COPY_COOKIE = 'demo-copy'

/** What `POST /copy` sets (`Path=/; HttpOnly; SameSite=Lax`, and `Secure` where the session's is): a stand-in for a thief. Throws a refusal (409) without one cookie to copy. */
export function copiedCookie(sessions: Sessions<Visit>, cookieHeader: string | null | undefined): HeldCookie {
  const [cookie, ...others] = settableCookies(sessions, cookieHeader)
  if (cookie === undefined || others.length > 0) throw noCookie()
  return { name: COPY_COOKIE, value: cookie.value }
}

/** The session's cookies that a demo could have written: other values cannot be set again as they are. */
export function settableCookies(sessions: Sessions<Visit>, cookieHeader: string | null | undefined): HeldCookie[] {
  return heldCookies(sessions.cookieName, cookieHeader, []).filter(({ value }) => /^[\w.-]+$/u.test(value))
}
