import { AssertionError, deepEqual, equal, match, ok } from 'node:assert/strict'
import type { ClientResponse } from '../client.ts'
import { parseSetCookie, type ParsedSetCookie } from '../parse-set-cookie.ts'

/** The response sets no cookie at all. */
export function setsNothing(response: ClientResponse): void {
  deepEqual(response.setCookies, [], 'no Set-Cookie was expected')
}

/** The response writes these cookies of a session, each once, and deletes those; a browser would keep every one. */
export function sets(
  response: ClientResponse,
  written: readonly string[],
  deleted: readonly string[] = [],
): readonly ParsedSetCookie[] {
  deepEqual(response.refused, [], 'a browser would refuse a cookie of this response')
  const cookies = parsed(response)
  const namesOf = (some: readonly ParsedSetCookie[]): string[] => some.map(({ name }) => name).toSorted()
  deepEqual(namesOf(cookies.filter((cookie) => !isDeletion(cookie))), written.toSorted(), 'cookies that are written')
  deepEqual(namesOf(cookies.filter(isDeletion)), deleted.toSorted(), 'cookies that are deleted')
  return cookies
}

/** The one cookie that the response sets. */
export function onlyCookie(response: ClientResponse, name = 'session'): ParsedSetCookie {
  const [cookie] = sets(response, [name])
  ok(cookie !== undefined)
  return cookie
}

/** The response's Set-Cookie lines in parts. */
export function parsed({ setCookies }: ClientResponse): ParsedSetCookie[] {
  return setCookies.map((line) => {
    const cookie = parseSetCookie(line)
    if (typeof cookie === 'string') throw new AssertionError({ message: `${line}: ${cookie}` })
    return cookie
  })
}

/** No cache may store the response: it hands a session out. */
export function isUncacheable({ headers }: ClientResponse): void {
  equal(headers.get('cache-control'), 'private, no-store')
}

/** The names in `Vary`, in lower case. */
export function varies({ headers }: ClientResponse): string[] {
  return (headers.get('vary') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}

/** The response says that it depends on the cookie. */
export function variesByCookie(response: ClientResponse): void {
  match(response.headers.get('vary') ?? '', /(?:^|,)\s*(?:cookie|\*)\s*(?:,|$)/iu, 'Vary must name Cookie')
}

function isDeletion({ value, maxAge, expires }: ParsedSetCookie): boolean {
  return value === '' && maxAge === 0 && expires === 0
}
