import { Rejection } from '../base/rejection.ts'
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
  return maxChunks === 1 ? partLimit(name, 0, 1) : sum(maxChunks, (index) => partLimit(name, index, maxChunks))
}

/** The token over as many cookies as it needs, or `undefined` when it would need more than `maxChunks`. spec/token.md "Cookies". */
export function splitToken(token: string, { name, maxChunks }: CookieAttributes): [Chunk, ...Chunk[]] | undefined {
  if (token.length <= partLimit(name, 0, 1)) return [{ name, value: token }]
  for (let count = 2; count <= maxChunks; count++) {
    if (token.length <= sum(count, (index) => partLimit(name, index, count))) return split(token, name, count)
  }
  return undefined
}

/** The tokens that a Cookie header holds under this name: the mirror of {@link splitToken}. No cryptography yet, so every check here is cheap. */
export function joinToken(header: string, { name, maxChunks }: CookieAttributes): Candidate[] {
  return cookieValues(header, name).map((value) => {
    if (value[1] !== '.') return { token: value, chunks: 1, bytes: name.length + value.length }
    return joinChunks(header, name, value, maxChunks)
  })
}

/** Names of the session's further cookies that the request carries from index `from` on: what a write leaves over and must delete. */
export function carriedChunks(header: string, name: string, from: number): string[] {
  const names: string[] = []
  // Nearly no request carries any: one look instead of eight.
  if (!header.includes(`${name}.`)) return names
  for (let index = Math.max(1, from); index < CHUNKS_LIMIT; index++) {
    if (hasCookie(header, chunkName(name, index))) names.push(chunkName(name, index))
  }
  return names
}

function chunkName(name: string, index: number): string {
  return index === 0 ? name : `${name}.${index}`
}

/** Characters of the token that fit into one cookie of so many. */
function partLimit(name: string, index: number, count: number): number {
  const marks = count === 1 ? 0 : index === 0 ? '2.'.length + LABEL_CHARACTERS + 1 : LABEL_CHARACTERS + 1
  return COOKIE_BYTES - chunkName(name, index).length - marks
}

function split(token: string, name: string, count: number): [Chunk, ...Chunk[]] {
  const label = token.slice(-LABEL_CHARACTERS)
  const firstEnd = partLimit(name, 0, count)
  const chunks: [Chunk, ...Chunk[]] = [{ name, value: `${count}.${label}.${token.slice(0, firstEnd)}` }]
  for (let index = 1, start = firstEnd; index < count; index++) {
    const end = start + partLimit(name, index, count)
    chunks.push({ name: chunkName(name, index), value: `${label}.${token.slice(start, end)}` })
    start = end
  }
  return chunks
}

function joinChunks(header: string, name: string, first: string, maxChunks: number): Candidate {
  const match = /^([2-9])\.([\w-]{6})\.(.+)$/u.exec(first)
  const bytes = name.length + first.length
  if (match === null) return { token: new Rejection('malformed'), chunks: 1, bytes }
  const [, digit = '', label = '', part = ''] = match
  const count = Number(digit)
  if (count > maxChunks) return { token: new Rejection('too-large'), chunks: count, bytes }
  const parts = [part]
  let total = bytes
  for (let index = 1; index < count; index++) {
    const value = cookieValues(header, chunkName(name, index)).find((each) => each.startsWith(`${label}.`))
    if (value === undefined) return { token: new Rejection('chunks-incomplete'), chunks: count, bytes: total }
    parts.push(value.slice(label.length + 1))
    total += chunkName(name, index).length + value.length
  }
  const token = parts.join('')
  // The label is the token's own end: parts of two writings do not pass for one.
  if (!token.endsWith(label)) return { token: new Rejection('chunks-incomplete'), chunks: count, bytes: total }
  return { token, chunks: count, bytes: total }
}

function sum(count: number, term: (index: number) => number): number {
  let total = 0
  for (let index = 0; index < count; index++) total += term(index)
  return total
}
