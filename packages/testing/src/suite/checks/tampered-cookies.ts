import { generateKey, type RejectionReason } from '@encrypted-session/core'
import { forged, present } from '../bench.ts'
import type { Need } from '../check.ts'

/** A cookie that must not be believed. */
export interface TamperedCookie {
  readonly what: string
  /** The Cookie header, from a token that would be good. */
  readonly cookie: (token: string, keys: string) => string | Promise<string>
  readonly reasons: readonly RejectionReason[]
  /** Beside the routes that every app has. */
  readonly needs?: readonly Need[]
}

// spec/token.md "Envelope": 1 byte of version, 4 of key id, 24 of nonce, ciphertext, 16 of tag; four characters are three bytes.
/** One for every position class of a token, and for every way around them. */
export const TAMPERED_COOKIES: readonly TamperedCookie[] = [
  { what: 'a changed version', cookie: (token) => `session=${changed(token, 0)}`, reasons: ['unknown-version'] },
  { what: 'a changed key id', cookie: (token) => `session=${changed(token, 3)}`, reasons: ['unknown-key'] },
  { what: 'a changed nonce', cookie: (token) => `session=${changed(token, 20)}`, reasons: ['forged'] },
  {
    what: 'a changed first byte of ciphertext',
    cookie: (token) => `session=${changed(token, 39)}`,
    reasons: ['forged'],
  },
  {
    what: 'a change in the middle of the ciphertext',
    cookie: (token) => `session=${changed(token, Math.floor(token.length / 2))}`,
    reasons: ['forged'],
  },
  { what: 'a changed tag', cookie: (token) => `session=${changed(token, -3)}`, reasons: ['forged'] },
  {
    what: 'one character cut off',
    cookie: (token) => `session=${token.slice(0, -1)}`,
    reasons: ['forged', 'malformed'],
  },
  {
    what: 'four characters cut off',
    cookie: (token) => `session=${token.slice(0, -4)}`,
    reasons: ['forged', 'malformed'],
  },
  { what: 'cut off after the nonce', cookie: (token) => `session=${token.slice(0, 40)}`, reasons: ['malformed'] },
  { what: 'one character left', cookie: (token) => `session=${token.slice(0, 1)}`, reasons: ['malformed'] },
  { what: 'four characters added', cookie: (token) => `session=${token}AAAA`, reasons: ['forged'] },
  { what: 'padding added', cookie: (token) => `session=${token}=`, reasons: ['malformed'] },
  { what: 'a value in quotes', cookie: (token) => `session="${token}"`, reasons: ['malformed'] },
  {
    what: 'the percent-encoded form',
    cookie: (token) => `session=%${token.charCodeAt(0).toString(16)}${token.slice(1)}`,
    reasons: ['malformed'],
    needs: ['duplicateNames'],
  },
  {
    what: 'a foreign key',
    cookie: async () => forged({ keys: await generateKey() }, { subject: 'Ada' }),
    reasons: ['unknown-key'],
  },
  {
    what: 'a session that was sealed under another cookie name',
    cookie: async (_token, keys) =>
      (await forged({ keys, name: 'other' }, { subject: 'Ada' })).replace('other=', 'session='),
    reasons: ['forged'],
  },
  {
    what: 'a session that was sealed for another audience',
    cookie: (_token, keys) => forged({ keys, audience: 'staging' }, { subject: 'Ada' }),
    reasons: ['forged'],
  },
  {
    what: 'a session from ten minutes ahead',
    cookie: (_token, keys) => forged({ keys, at: present() + 600 }),
    reasons: ['not-yet-valid'],
  },
  { what: 'a value of 12,000 characters', cookie: () => `session=${'A'.repeat(12_000)}`, reasons: ['too-large'] },
  { what: 'letters beyond ASCII', cookie: () => 'session=ключ-héllo', reasons: ['malformed'] },
  { what: 'JSON', cookie: () => 'session={"user":{"name":"Ada"}}', reasons: ['malformed'] },
  {
    what: 'a claim of nine chunks',
    cookie: (token) => `session=9.${token.slice(-6)}.${token}`,
    reasons: ['too-large'],
  },
  {
    what: 'a chunk that is missing',
    cookie: (token) => `session=2.${token.slice(-6)}.${token.slice(0, 50)}`,
    reasons: ['chunks-incomplete'],
  },
  {
    what: 'chunks of two labels',
    cookie: (token) => `session=2.${token.slice(-6)}.${token.slice(0, 50)}; session.1=AAAAAA.${token.slice(50)}`,
    reasons: ['chunks-incomplete'],
  },
  {
    what: 'a label that is not the end of the token',
    cookie: (token) => `session=2.AAAAAA.${token.slice(0, 50)}; session.1=AAAAAA.${token.slice(50)}`,
    reasons: ['chunks-incomplete'],
  },
  { what: 'a count without a label', cookie: () => 'session=2.', reasons: ['malformed'] },
  {
    what: '500 chunks',
    cookie: (token) =>
      [
        `session=9.${token.slice(-6)}.A`,
        ...Array.from({ length: 499 }, (_, index) => `session.${index + 1}=AAAAAA.A`),
      ].join('; '),
    reasons: ['too-large'],
  },
]

/** The token with another character at a place, counted from the end where negative. */
function changed(token: string, at: number): string {
  const place = at < 0 ? token.length + at : at
  return token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1)
}
