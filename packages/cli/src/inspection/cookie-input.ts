import { UsageError } from '../failure.ts'

/** A Cookie header, and the names under which a session may stand in it. */
export interface CookieInput {
  readonly names: readonly [string, ...string[]]
  readonly header: (name: string) => string
}

/** The cookie's name by default: in production, in development, and with a domain or a path. */
export const DEFAULT_NAMES = ['__Host-Http-session', 'session', '__Secure-session'] as const

/** What was given to be looked at: a value alone, a Cookie header or a Set-Cookie header. Throws where no session is found in it. */
export function parseCookieInput(given: string, name: string | undefined): CookieInput {
  const text = given.trim().replace(/^(?:set-)?cookie:\s*/iu, '')
  if (text === '') throw new UsageError('There is no cookie here to look at.')
  if (!/^[^=;\s]+=/u.test(text)) {
    return { names: name === undefined ? DEFAULT_NAMES : [name], header: (chosen) => `${chosen}=${text}` }
  }
  return { names: [name === undefined ? foundName(text) : namedName(text, name)], header: () => text }
}

function namedName(header: string, name: string): string {
  if (pairsOf(header).some(([each]) => each === name)) return name
  throw new UsageError(`The header has no cookie with the name ${name}.`)
}

function foundName(header: string): string {
  const pairs = pairsOf(header)
  const name =
    DEFAULT_NAMES.find((each) => pairs.some(([found]) => found === each)) ??
    pairs.find(([, value]) => TOKEN.test(value))?.[0]
  if (name === undefined) {
    throw new UsageError('No cookie here looks like a sealed session. Say which it is: --cookie-name <name>.')
  }
  return name
}

function pairsOf(header: string): readonly (readonly [name: string, value: string])[] {
  return header.split(';').map((pair) => {
    const [name = '', ...value] = pair.split('=')
    return [name.trim(), value.join('=').trim()]
  })
}

// spec/token.md: a token begins with the byte 0x01; that of a first chunk stands behind a count and a label.
const TOKEN = /^(?:[2-9]\.[\w-]{6}\.)?A[Q-Za-f][\w-]{58,}$/u
