/** What Next makes of something that was thrown. */
export interface ThrownAnswer {
  readonly status: number
  /** Where a redirect leads. */
  readonly location?: string
}

/**
 * `redirect()`, `notFound()`, `forbidden()` and `unauthorized()` throw, and are ways to answer; all else is a failure. Next
 * tells them by `digest`, the mark that it gives to errors which cross from server to browser.
 */
export function thrownAnswer(error: unknown): ThrownAnswer {
  const digest = typeof error === 'object' && error !== null && 'digest' in error ? String(error.digest) : ''
  const [mark, ...parts] = digest.split(';')
  // NEXT_REDIRECT;push;/cart;307; and the URL may have semicolons too.
  if (mark === 'NEXT_REDIRECT') return { status: Number(parts.at(-2)), location: parts.slice(1, -2).join(';') }
  // NEXT_HTTP_ERROR_FALLBACK;404
  return { status: mark === 'NEXT_HTTP_ERROR_FALLBACK' ? Number(parts[0]) : 500 }
}
