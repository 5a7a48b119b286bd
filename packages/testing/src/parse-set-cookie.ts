import type { Seconds } from '@encrypted-session/core'

/** One Set-Cookie line in parts. Names and values are taken as they are: never decoded, never unquoted. */
export interface ParsedSetCookie {
  readonly name: string
  readonly value: string
  readonly domain: string | undefined
  readonly path: string | undefined
  readonly maxAge: Seconds | undefined
  /** In seconds since 1970. */
  readonly expires: Seconds | undefined
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: 'strict' | 'lax' | 'none' | undefined
  readonly partitioned: boolean
}

/** RFC 6265bis §5.6: octets of name and value together, and of one attribute's value. */
const PAIR_BYTES = 4096
const ATTRIBUTE_BYTES = 1024

/** The line in parts, or why a browser would refuse it. RFC 6265bis §5.6. */
export function parseSetCookie(line: string): ParsedSetCookie | string {
  if (/[\x00-\x08\x0a-\x1f\x7f]/u.test(line)) return 'a control character'
  const [pair = '', ...texts] = line.split(';')
  const [name, value] = pair.includes('=') ? halves(pair) : ['', pair.trim()]
  if (name === '' && value === '') return 'neither name nor value'
  if (Buffer.byteLength(name) + Buffer.byteLength(value) > PAIR_BYTES) {
    return `name and value exceed ${PAIR_BYTES} bytes`
  }
  const attributes = new Map<string, string>()
  for (const text of texts) {
    const [key, attribute] = halves(text)
    // Of several, the last one counts.
    if (Buffer.byteLength(attribute) <= ATTRIBUTE_BYTES) attributes.set(key.toLowerCase(), attribute)
  }
  return {
    name,
    value,
    domain: domainOf(attributes.get('domain')),
    path: attributes.get('path')?.startsWith('/') === true ? attributes.get('path') : undefined,
    maxAge: maxAgeOf(attributes.get('max-age')),
    expires: expiresOf(attributes.get('expires')),
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: sameSiteOf(attributes.get('samesite')),
    partitioned: attributes.has('partitioned'),
  }
}

function halves(text: string): [string, string] {
  const at = text.indexOf('=')
  return at === -1 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

function domainOf(text: string | undefined): string | undefined {
  const domain = text?.replace(/^\./u, '').toLowerCase()
  return domain === '' ? undefined : domain
}

function maxAgeOf(text: string | undefined): Seconds | undefined {
  return text !== undefined && /^-?\d+$/u.test(text) ? Number(text) : undefined
}

function expiresOf(text: string | undefined): Seconds | undefined {
  const milliseconds = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000)
}

function sameSiteOf(text: string | undefined): ParsedSetCookie['sameSite'] {
  const word = text?.toLowerCase()
  return word === 'strict' || word === 'lax' || word === 'none' ? word : undefined
}
