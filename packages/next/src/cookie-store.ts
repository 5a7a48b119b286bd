import { SessionError, type SetCookie } from '@encrypted-session/core'
import type { cookies } from 'next/headers.js'

/** What `cookies()` answers. It can be written to in Server Actions and Route Handlers only. */
export type CookieStore = Awaited<ReturnType<typeof cookies>>

/**
 * The store's cookies as a Cookie header. `headers()` has one too, but after a write it still shows the old cookie.
 *
 * Next has decoded the values. They are encoded again, or a visitor's text in another cookie ("; session=…") could end
 * that cookie and begin one of ours.
 */
export function cookieHeader(store: Pick<CookieStore, 'getAll'>): string {
  return store
    .getAll()
    .map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
    .join('; ')
}

/** Throws `ERR_SESSION_READONLY` where Next lets nobody write, whether or not there will be something to write: else a page would work until the day its session is due to be extended. */
export function checkWritable(store: CookieStore): void {
  // Next puts one function, which throws, in the place of every method that writes.
  if (store.set === store.delete) throw readOnlyError()
}

/** Writes one cookie. Next adds `Expires` to a `Max-Age`; all else goes out as the core says it. */
export function setCookie(store: CookieStore, { name, value, maxAge, attributes }: SetCookie): void {
  const { secure, sameSite, path, domain, partitioned } = attributes
  try {
    store.set({
      name,
      value,
      path,
      secure,
      httpOnly: true,
      sameSite,
      ...(domain !== undefined && { domain }),
      ...(partitioned && { partitioned }),
      ...(maxAge !== undefined && { maxAge }),
      // Where the app's response has cookies too, Next loses a Max-Age of 0 on the way.
      ...(maxAge === 0 && { expires: new Date(0) }),
    })
  } catch (cause) {
    throw readOnlyError({ cause })
  }
}

function readOnlyError(options?: ErrorOptions): SessionError {
  return new SessionError(
    'ERR_SESSION_READONLY',
    'Next lets nobody set a cookie here: not while a page is rendered, not in after(), not in a static Route Handler. ' +
      'Move updateSession or withSession to a Server Action or a Route Handler. To look at the session, call readSession.',
    options,
  )
}
