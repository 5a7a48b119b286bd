import type { SetCookie } from '@encrypted-session/core'

/** The Cookie header that a browser sends when it has received these cookies: all others stay as they are, to the letter. */
export function carriedCookies(header: string, received: readonly SetCookie[]): string {
  const replaced = new Set(received.map(({ name }) => name))
  const kept = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !replaced.has(nameOf(pair)))
  // The last one of a name is the one that stays.
  const latest = new Map(received.map((cookie) => [cookie.name, cookie]))
  const added = [...latest.values()].filter(({ maxAge }) => maxAge !== 0).map(({ name, value }) => `${name}=${value}`)
  return [...kept, ...added].join('; ')
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0]?.trim() ?? ''
}
