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
    const value = trimmed(header, at + wanted.length, end === -1 ? header.length : end)
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
    if (header[index] === ';') return true
    if (!isWhiteSpace(header[index])) return false
  }
  return true
}

/** The text between two places, without white space around it. Not `trim`, which takes away more than a cookie's white space. */
function trimmed(header: string, from: number, to: number): string {
  let [start, end] = [from, to]
  while (start < end && isWhiteSpace(header[start])) start++
  while (end > start && isWhiteSpace(header[end - 1])) end--
  return header.slice(start, end)
}

/** spec/token.md "Cookies": space and tab, nothing else. */
function isWhiteSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
