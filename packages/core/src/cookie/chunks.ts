import { Rejection, type RejectionReason } from '../base/rejection.ts'
import { type CookieAttributes, CHUNKS_LIMIT } from './attributes.ts'
import { cookieValues, hasCookie } from './header.ts'

/** Browsers drop a cookie whose name and value together are longer (draft-ietf-httpbis-layered-cookies). */
export const COOKIE_BYTES = 4096
/** spec/token.md "Cookies": so many characters of a token's end stand in every chunk of it. */
export const LABEL_CHARACTERS = 6

/** One cookie of a session. */
export interface Chunk {
  readonly name: string
  readonly value: string
}

/** What a request carries under the session's name: a token to open, or why there is none. */
export interface Candidate {
  readonly token: string | Rejection
  /** In how many cookies it came. */
  readonly chunks: number
  /** Bytes of names and values together. */
  readonly bytes: number
}

/** The most characters that a token of this cookie can have. */
export function tokenLimit({ name, maxChunks }: CookieAttributes): number {
  return laidOver(' '.repeat(LABEL_CHARACTERS), name, maxChunks).limit
}

/** The token over as many cookies as it needs, or `undefined` when it would need more than `maxChunks`. spec/token.md "Cookies". */
export function splitToken(token: string, { name, maxChunks }: CookieAttributes): [Chunk, ...Chunk[]] | undefined {
  for (let count = 1; count <= maxChunks; count++) {
    const { chunks, limit } = laidOver(token, name, count)
    // The cast says that there is one at least.
    if (token.length <= limit) return chunks as [Chunk, ...Chunk[]]
  }
  return undefined
}

/** The tokens that a Cookie header holds under this name: the mirror of {@link splitToken}. No cryptography yet, so every check here is cheap. */
export function joinToken(header: string, { name, maxChunks }: CookieAttributes): Candidate[] {
  return cookieValues(header, name).map((value) =>
    value[1] === '.'
      ? joinChunks(header, name, value, maxChunks)
      : { token: value, chunks: 1, bytes: name.length + value.length },
  )
}

/** Names of the session's further cookies that the request carries from index `from` on: what a write leaves over and must delete. */
export function carriedChunks(header: string, name: string, from: number): string[] {
  const names: string[] = []
  // Nearly no request carries any: one look instead of eight.
  if (!header.includes(`${name}.`)) return names
  for (let index = Math.max(1, from); index < CHUNKS_LIMIT; index++) {
    const chunk = chunkName(name, index)
    if (hasCookie(header, chunk)) names.push(chunk)
  }
  return names
}

function chunkName(name: string, index: number): string {
  return index === 0 ? name : `${name}.${index}`
}

/** A token over exactly so many cookies, and the most characters that would fit them. */
function laidOver(token: string, base: string, count: number): { readonly chunks: Chunk[]; readonly limit: number } {
  const label = token.slice(-LABEL_CHARACTERS)
  const chunks: Chunk[] = []
  let limit = 0
  for (let index = 0; index < count; index++) {
    const name = chunkName(base, index)
    const mark = count === 1 ? '' : index === 0 ? `${count}.${label}.` : `${label}.`
    const end = limit + COOKIE_BYTES - name.length - mark.length
    chunks.push({ name, value: mark + token.slice(limit, end) })
    limit = end
  }
  return { chunks, limit }
}

function joinChunks(header: string, name: string, value: string, maxChunks: number): Candidate {
  const [, digit = '1', label = '', part] = /^([2-9])\.([\w-]{6})\.(.+)$/u.exec(value) ?? []
  const chunks = Number(digit)
  let bytes = name.length + value.length
  const rejected = (reason: RejectionReason): Candidate => ({ token: new Rejection(reason), chunks, bytes })
  if (part === undefined) return rejected('malformed')
  if (chunks > maxChunks) return rejected('too-large')
  let token = part
  for (let index = 1; index < chunks; index++) {
    const next = chunkName(name, index)
    const found = cookieValues(header, next).find((each) => each.startsWith(`${label}.`))
    if (found === undefined) return rejected('chunks-incomplete')
    bytes += next.length + found.length
    token += found.slice(label.length + 1)
  }
  // The label is the token's own end: parts of two writings do not pass for one.
  return token.endsWith(label) ? { token, chunks, bytes } : rejected('chunks-incomplete')
}
