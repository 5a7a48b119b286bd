/** What of Next's `cookies()` is needed to read. */
export interface CookieSource {
  getAll(): readonly { readonly name: string; readonly value: string }[]
}

/**
 * The cookies of Next's store as a Cookie header. Not `headers().get('cookie')`, which shows the old cookie after a write.
 * Values are encoded again, since Next has decoded them: a visitor's text in another cookie must not end that cookie and begin one of ours.
 */
export function cookieHeader(store: CookieSource): string {
  return store
    .getAll()
    .map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
    .join('; ')
}
