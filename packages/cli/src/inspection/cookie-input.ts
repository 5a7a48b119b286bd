import { UsageError } from '../failure.ts'
import { type CookiePair, pastedPairs } from './pasted-pairs.ts'

/** A Cookie header, and the names under which a session may stand in it. */
export interface CookieInput {
  readonly names: readonly [string, ...string[]]
  readonly header: (name: string) => string
  /** The value, where it was given alone and nothing says its name. */
  readonly nameless?: string
}

/** The cookie's name by default: in production, in development, and with a domain or a path. */
export const DEFAULT_NAMES = ['__Host-Http-session', 'session', '__Secure-session'] as const

/**
 * What was given to be looked at: a value alone, a Cookie header or a Set-Cookie header, or whatever else a session can be
 * found in, such as all headers of a request. Throws where there is none.
 */
export function parseCookieInput(given: string, name: string | undefined): CookieInput {
  const text = given.trim().replace(/^(?:set-)?cookie:\s*/iu, '')
  if (text === '') throw new UsageError('There is no cookie here to look at.')
  // One header stays as it is: the app reads it so.
  if (HEADER.test(text)) return { names: [chosenName(pairsOf(text), name)], header: () => text }
  const pairs = pastedPairs(text)
  const value = text.replaceAll(/^["']|["']$/gu, '')
  if (pairs.length === 0 && !/\s/u.test(value)) {
    const header = (chosen: string): string => `${chosen}=${value}`
    return name === undefined ? { names: DEFAULT_NAMES, header, nameless: value } : { names: [name], header }
  }
  const chosen = chosenName(pairs, name)
  const header = new Set(pairs.filter((pair) => isChunkOf(chosen, pair)).map((pair) => pair.join('=')))
  return { names: [chosen], header: () => [...header].join('; ') }
}

const HEADER = /^[^=;\s'"]+=[^\t\r\n'"]*$/u

/** A cookie's chunks are `name`, `name.1` and so on (spec/token.md "Chunks"). */
function isChunkOf(name: string, [each]: CookiePair): boolean {
  return each === name || (each.startsWith(`${name}.`) && /^[1-9]$/u.test(each.slice(name.length + 1)))
}

function chosenName(pairs: readonly CookiePair[], name: string | undefined): string {
  if (name === undefined) return foundName(pairs)
  if (pairs.some(([each]) => each === name)) return name
  throw new UsageError(`There is no cookie with the name ${name} here.`)
}

function foundName(pairs: readonly CookiePair[]): string {
  const name =
    DEFAULT_NAMES.find((each) => pairs.some(([found]) => found === each)) ??
    pairs.find(([, value]) => TOKEN.test(value))?.[0]
  if (name === undefined) {
    throw new UsageError('No cookie here looks like a sealed session. Say which it is: --cookie-name <name>.')
  }
  return name
}

function pairsOf(header: string): readonly CookiePair[] {
  return header.split(';').map((pair) => {
    const [name = '', ...value] = pair.split('=')
    return [name.trim(), value.join('=').trim()]
  })
}

// spec/token.md: a token begins with the byte 0x01; that of a first chunk stands behind a count and a label.
const TOKEN = /^(?:[2-9]\.[\w-]{6}\.)?A[Q-Za-f][\w-]{58,}$/u
