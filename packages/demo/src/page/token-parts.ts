import type { HeldCookie } from './held-cookies.ts'
import type { SessionDescription } from '../describe-session.ts'

/** What a stretch of the token is. `mark`: how chunks are put together again. `noise`: a token that did not open. */
export type PartName = 'envelope' | 'claims' | 'data' | 'tag' | 'mark' | 'noise'

/** A part of a token and its share of the token's bytes. */
export interface TokenPart {
  readonly name: PartName
  readonly bytes: number
}

// spec/token.md "Envelope": version, key id and nonce before the ciphertext, the tag after it.
const ENVELOPE_BYTES = 1 + 4 + 24
const TAG_BYTES = 16
// spec/token.md "Record": flags, id, createdAt.
const FIXED_CLAIMS_BYTES = 1 + 16 + 4

/** The parts of the token in these cookies, in their order. `sealedAt` is known where the writing was seen. */
export function tokenParts(cookies: readonly HeldCookie[], session: SessionDescription, sealedAt: number): TokenPart[] {
  const characters = cookies.reduce((so, { value }) => so + tokenText(value).length, 0)
  const bytes = Math.floor((characters * 3) / 4)
  if (session.cookie === null || bytes <= ENVELOPE_BYTES + TAG_BYTES) return [{ name: 'noise', bytes }]
  const subjectBytes = session.subject === null ? 0 : 1 + new TextEncoder().encode(session.subject).length
  const claims = FIXED_CLAIMS_BYTES + varintLength(sealedAt - session.createdAt) + subjectBytes
  return [
    { name: 'envelope', bytes: ENVELOPE_BYTES },
    { name: 'claims', bytes: claims },
    { name: 'data', bytes: bytes - ENVELOPE_BYTES - claims - TAG_BYTES },
    { name: 'tag', bytes: TAG_BYTES },
  ]
}

/** A stretch of a cookie's value that belongs to one part. */
export interface Stretch {
  readonly name: PartName
  readonly text: string
}

/** The values of the cookies, cut where one part of the token ends and the next begins. */
export function stretches(
  cookies: readonly HeldCookie[],
  parts: readonly TokenPart[],
): { readonly cookie: string; readonly stretches: Stretch[] }[] {
  let position = 0
  return cookies.map(({ name, value }) => {
    const text = tokenText(value)
    const start = position
    position += text.length
    const marks: Stretch[] = text === value ? [] : [{ name: 'mark', text: value.slice(0, -text.length) }]
    return { cookie: name, stretches: [...marks, ...cut(text, start, parts)] }
  })
}

/** Six bits a character: the part that a character belongs to is the one that its first bit is in. */
function cut(text: string, start: number, parts: readonly TokenPart[]): Stretch[] {
  const found: Stretch[] = []
  let end = 0
  let from = 0
  for (const [index, { name, bytes }] of parts.entries()) {
    end += bytes
    const to = index === parts.length - 1 ? text.length : Math.max(0, Math.ceil((end * 8) / 6) - start)
    if (to > from) found.push({ name, text: text.slice(from, to) })
    from = Math.max(from, to)
  }
  return found
}

/** What a cookie's value holds of the token: all of it, or what follows the marks of a chunk. */
function tokenText(value: string): string {
  return value.slice(value.lastIndexOf('.') + 1)
}

function varintLength(value: number): number {
  let length = 1
  for (let rest = Math.max(0, value); rest >= 128; rest = Math.floor(rest / 128)) length++
  return length
}
