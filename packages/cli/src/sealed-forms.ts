import type { SameSite, Seconds, SetCookie } from '@encrypted-session/core'
import { quoted } from './keyset/keyset-option.ts'

/** In which form cookies can be given. */
export const SEALED_FORMS = ['cookie', 'header', 'playwright', 'curl'] as const
export type SealedForm = (typeof SEALED_FORMS)[number]

/** Cookies as text that can be used as it is. */
export function sealedText(cookies: readonly SetCookie[], form: SealedForm, url: string, now: Seconds): string {
  switch (form) {
    case 'cookie':
      return cookieValue(cookies)
    case 'header':
      return `Cookie: ${cookieValue(cookies)}`
    case 'playwright':
      return JSON.stringify(storageState(cookies, url, now), null, 2)
    case 'curl':
      return `curl --cookie ${quoted(cookieValue(cookies))} ${quoted(url)}`
  }
}

/** The value of a Cookie header. */
export function cookieValue(cookies: readonly SetCookie[]): string {
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

/** What Playwright takes as `storageState`. */
export function storageState(cookies: readonly SetCookie[], url: string, now: Seconds): unknown {
  return {
    cookies: cookies.map(({ attributes, maxAge, name, value }) => ({
      name,
      value,
      domain: new URL(url).hostname,
      path: attributes.path,
      expires: maxAge === undefined ? -1 : now + maxAge,
      httpOnly: true,
      secure: attributes.secure,
      sameSite: SAME_SITE[attributes.sameSite],
    })),
    origins: [],
  }
}

const SAME_SITE: Readonly<Record<SameSite, string>> = { strict: 'Strict', lax: 'Lax', none: 'None' }
