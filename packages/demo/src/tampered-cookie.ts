import type { Sessions } from '@encrypted-session/core'
import { settableCookies } from './copied-cookie.ts'
import { cookieHeaderOf, type HeldCookie } from './page/held-cookies.ts'
import { noCookie } from './refusal.ts'
import { tampered } from './tamper.ts'
import type { Visit } from './visit.ts'

/** A cookie, and how long the browser is to keep it; without `maxAge`, until it closes. */
export interface TamperedCookie extends HeldCookie {
  /** In seconds. */
  readonly maxAge?: number
}

/**
 * What `POST /tamper` sets, as the browser's developer tools would: the session's cookie is HttpOnly, so the page's script
 * cannot. Set it as it is, not encoded. Throws a refusal (409) without a cookie.
 */
export async function tamperedCookie(
  sessions: Sessions<Visit>,
  cookieHeader: string | null | undefined,
): Promise<TamperedCookie> {
  const [cookie, ...others] = settableCookies(sessions, cookieHeader)
  if (cookie === undefined) throw noCookie()
  const changed = { ...cookie, value: tampered(cookie.value) }
  // Whichever of the two opens tells how long the browser is to keep it: changing a value does not change that.
  const maxAge = (await maxAgeOf([cookie, ...others], sessions)) ?? (await maxAgeOf([changed, ...others], sessions))
  return { ...changed, ...(maxAge !== undefined && { maxAge }) }
}

async function maxAgeOf(cookies: readonly HeldCookie[], sessions: Sessions<Visit>): Promise<number | undefined> {
  const view = await sessions.read(cookieHeaderOf(cookies))
  return view.kind === 'session' && view.persistent ? view.expiresAt - Math.floor(Date.now() / 1000) : undefined
}
