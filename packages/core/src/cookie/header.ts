/** spec/token.md "Cookies": how many cookies of one name are looked at. */
export const CANDIDATES = 4

/**
 * The values of the cookies with exactly this name in a Cookie header, at most four, in the order of the header.
 * Names are compared as they are and never percent-decoded, so that no other name passes for a prefixed one (CVE-2020-1045).
 * An empty value is no cookie; the same value twice is one.
 */
export function cookieValues(header: string, name: string): string[] {
  const values: string[] = []
  const wanted = `${name}=`
  for (let at = header.indexOf(wanted); at !== -1; at = header.indexOf(wanted, at + 1)) {
    if (!startsPair(header, at)) continue
    const end = header.indexOf(';', at)
    const value = header.slice(at + wanted.length, end === -1 ? undefined : end).trim()
    if (value !== '' && !values.includes(value)) values.push(value)
    if (values.length === CANDIDATES) break
  }
  return values
}

/** Whether the header has a cookie of exactly this name, empty or not. */
export function hasCookie(header: string, name: string): boolean {
  const wanted = `${name}=`
  for (let at = header.indexOf(wanted); at !== -1; at = header.indexOf(wanted, at + 1)) {
    if (startsPair(header, at)) return true
  }
  return false
}

/** Whether only white space lies between this place and the ";" or the start before it. */
function startsPair(header: string, at: number): boolean {
  for (let index = at - 1; index >= 0; index--) {
    const character = header[index]
    if (character === ';') return true
    if (character !== ' ' && character !== '\t') return false
  }
  return true
}
