/** spec/token.md "Cookies": how many cookies of one name are looked at. */
export const CANDIDATES = 4

/**
 * The values of the cookies with exactly this name in a Cookie header, at most four, in the order of the header.
 * Names are compared as they are and never percent-decoded, so that no other name passes for a prefixed one (CVE-2020-1045).
 * An empty value is no cookie; the same value twice is one.
 */
export function cookieValues(header: string, name: string): string[] {
  const values: string[] = []
  for (const value of allValues(header, name)) {
    if (value !== '' && !values.includes(value)) values.push(value)
    if (values.length === CANDIDATES) break
  }
  return values
}

/** Whether the header has a cookie of exactly this name, empty or not. */
export function hasCookie(header: string, name: string): boolean {
  return allValues(header, name).length > 0
}

function allValues(header: string, name: string): string[] {
  const values: string[] = []
  const wanted = `${name}=`
  for (let at = header.indexOf(wanted); at !== -1; at = header.indexOf(wanted, at + 1)) {
    const before = header[skip(header, at - 1, -1)]
    if (before !== undefined && before !== ';') continue
    const end = header.indexOf(';', at)
    const last = skip(header, (end === -1 ? header.length : end) - 1, -1)
    values.push(header.slice(skip(header, at + wanted.length, 1), last + 1))
  }
  return values
}

/** The next place that holds no white space: for cookies that is space and tab, and nothing else that `trim` takes away. */
function skip(header: string, from: number, step: 1 | -1): number {
  let at = from
  while (isBlank(header.charCodeAt(at))) at += step
  return at
}

// A code, since asking for a character makes a string of it.
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
