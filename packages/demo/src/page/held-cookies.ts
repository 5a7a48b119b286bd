/** One cookie in the browser. */
export interface HeldCookie {
  readonly name: string
  readonly value: string
}

/** The session's cookies as the browser holds them once it has seen this response: those it sent, changed by those it is told to set. */
export function heldCookies(
  baseName: string,
  cookieHeader: string | null | undefined,
  setCookieHeaders: readonly string[],
): HeldCookie[] {
  const held = new Map<string, string>()
  for (const pair of (cookieHeader ?? '').split(';')) keep(held, pair)
  for (const header of setCookieHeaders) {
    const [pair = '', ...attributes] = header.split(';')
    if (attributes.some((attribute) => attribute.trim().toLowerCase() === 'max-age=0')) held.delete(nameOf(pair))
    else keep(held, pair)
  }
  return [...held]
    .filter(([name, value]) => value !== '' && (name === baseName || isChunkName(name, baseName)))
    .map(([name, value]) => ({ name, value }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The same cookies as a request would carry them. */
export function cookieHeaderOf(cookies: readonly HeldCookie[]): string {
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

function keep(held: Map<string, string>, pair: string): void {
  const at = pair.indexOf('=')
  if (at !== -1) held.set(nameOf(pair), pair.slice(at + 1).trim())
}

function nameOf(pair: string): string {
  return pair.slice(0, pair.indexOf('=')).trim()
}

function isChunkName(name: string, baseName: string): boolean {
  return name.startsWith(`${baseName}.`) && /^[1-8]$/u.test(name.slice(baseName.length + 1))
}
