import { copiedCookie, tamperedCookie, type Theme } from '@encrypted-session/demo'
import { cookies } from 'next/headers'
import { sessions, settings } from './sessions.ts'

/** Keeps the theme for a year, in a cookie of its own beside the session's. */
export async function keepTheme(theme: Theme): Promise<void> {
  await keep('theme', theme, { maxAge: 31_536_000 })
}

/** Changes one character of the session's cookie, as the browser's developer tools would. */
export async function tamper(): Promise<void> {
  const { name, value, ...kept } = await tamperedCookie(sessions, await cookieHeader())
  await keep(name, value, { ...kept, secure: settings.secure })
}

/** Keeps a copy of the session's cookie aside, as a thief would. */
export async function keepCopy(): Promise<void> {
  const { name, value } = copiedCookie(sessions, await cookieHeader())
  await keep(name, value, { secure: settings.secure })
}

/**
 * The cookies as the browser holds them once it has seen this response. Next has decoded the values: encoded again, none of
 * them can end its cookie and begin one of ours.
 */
export async function cookieHeader(): Promise<string> {
  const store = await cookies()
  return store
    .getAll()
    .map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
    .join('; ')
}

/** Sets a cookie by hand, as nothing but a demonstration does: the session's own cookies are the library's. */
async function keep(
  name: string,
  value: string,
  options: { readonly secure?: boolean; readonly maxAge?: number },
): Promise<void> {
  const store = await cookies()
  store.set(name, value, { path: '/', httpOnly: true, sameSite: 'lax', ...options })
}
