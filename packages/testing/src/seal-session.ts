import type { FlashMessage, SameSite, Seconds, Sessions, SetCookie } from '@encrypted-session/core'
import { createMemoryJar } from './memory-jar.ts'

/** What the session is to hold. */
export interface SessionContent<Data extends object> {
  /** Default: what `initial` gives. */
  readonly data?: Data
  /** Who is signed in. Default: nobody. */
  readonly subject?: string
  /** Whether the cookie outlives the browser. Default false. */
  readonly persistent?: boolean
  /** Messages that wait to be taken. */
  readonly flash?: readonly FlashMessage[]
}

/** The cookies of a session, in every form in which a test may need them. */
export interface SealedSession {
  /** The value of a Cookie header. */
  readonly cookieHeader: string
  /** The values of the Set-Cookie headers of the response that would have written it. */
  readonly setCookies: readonly string[]
  /** For Playwright's `context.addCookies(…)`. */
  cookiesFor(url: string): PlaywrightCookie[]
  /** For Playwright's `browser.newContext({ storageState: … })`. */
  storageStateFor(url: string): { cookies: PlaywrightCookie[]; origins: [] }
}

/** A cookie as Playwright takes it. */
export interface PlaywrightCookie {
  name: string
  value: string
  domain: string
  path: string
  /** In seconds since 1970; -1 for a cookie that goes when the browser closes. */
  expires: Seconds
  httpOnly: boolean
  secure: boolean
  sameSite: 'Strict' | 'Lax' | 'None'
}

/**
 * The cookies of a session with this content, written by the app's own `sessions`, so that a test begins signed in without
 * going through the login. Throws what a handler would meet, `ERR_SESSION_TOO_LARGE` among it.
 *
 * @example
 * ```ts
 * const { cookieHeader } = await sealSession(sessions, { subject: 'ada', data: { cart: [] } })
 * ```
 */
export async function sealSession<Data extends object>(
  sessions: Sessions<Data>,
  { data, subject, persistent = false, flash = [] }: SessionContent<Data> = {},
): Promise<SealedSession> {
  const jar = createMemoryJar()
  const { handle } = sessions.attach({}, jar)
  const session = await handle.open()
  // Without a subject too: a session that holds nothing yet is written only because of its new id.
  session.regenerate(subject === undefined ? {} : { subject })
  if (data !== undefined) session.data = data
  session.persistent = persistent
  for (const { kind, text } of flash) session.flash.add(kind, text)
  await handle.commit(200)
  const { cookies } = jar
  return {
    cookieHeader: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    setCookies: cookies.map(({ text }) => text),
    cookiesFor: (url) => cookies.map((cookie) => playwrightCookie(cookie, url)),
    storageStateFor: (url) => ({ cookies: cookies.map((cookie) => playwrightCookie(cookie, url)), origins: [] }),
  }
}

const SAME_SITE: Readonly<Record<SameSite, PlaywrightCookie['sameSite']>> = {
  strict: 'Strict',
  lax: 'Lax',
  none: 'None',
}

function playwrightCookie({ name, value, maxAge, attributes }: SetCookie, url: string): PlaywrightCookie {
  const { domain, path, secure, sameSite } = attributes
  return {
    name,
    value,
    // A leading dot makes it a cookie of the subdomains too; without one it belongs to the host alone, as __Host- requires.
    domain: domain === undefined ? new URL(url).hostname : `.${domain}`,
    path,
    // The browser's clock, which is the machine's, whatever clock the sessions have.
    expires: maxAge === undefined ? -1 : Math.floor(Date.now() / 1000) + maxAge,
    httpOnly: true,
    secure,
    sameSite: SAME_SITE[sameSite],
  }
}
