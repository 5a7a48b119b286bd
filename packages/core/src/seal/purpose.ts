import { encodeUtf8 } from '#bytes'
import { type Bytes, concat } from '../base/bytes.ts'
import { check } from '../base/check.ts'

/** spec/token.md "Purpose": the most bytes of a name or an audience. */
export const PURPOSE_PART_BYTES = 255

/** What a token is for. A token of one kind never opens as another. */
type PurposeKind = 'cookie' | 'row' | 'token'

/** What a token is sealed for: it opens for this and nothing else. */
export interface Purpose {
  readonly kind: PurposeKind
  /** The cookie's base name, or the user's own name for a `token`. */
  readonly name: string
  /** Keeps apps and environments apart that share a key. */
  readonly audience?: string
}

/** `purpose` of spec/token.md, length-prefixed, as key derivation and AAD take it. Throws `ERR_OPTIONS_INVALID` for a name or audience that could be read as another. */
export function encodePurpose({ kind, name, audience }: Purpose): Bytes {
  const parts = audience === undefined ? [name] : [name, audience]
  // Printable ASCII without ":", which separates the parts.
  check(
    parts.every((part) => part.length <= PURPOSE_PART_BYTES && /^[\x20-\x39\x3b-\x7e]+$/u.test(part)),
    `a name or audience must be 1 to ${PURPOSE_PART_BYTES} printable ASCII characters without ":"`,
  )
  return lengthPrefixed([kind, ...parts].join(':'))
}

/** `LP("encrypted-session/v1 …") ‖ more`: the info of every HKDF here begins with what the result is for. */
export function derivationInfo(label: string, ...more: readonly Bytes[]): Bytes {
  return concat(lengthPrefixed(`encrypted-session/v1 ${label}`), ...more)
}

/** `LP(x)` of spec/token.md: the length of x as uint16 big-endian, then x. Used wherever texts are joined, so that no two lists of texts give the same bytes. For labels and purposes, which are far shorter than the 65,535 bytes that can be counted. */
export function lengthPrefixed(text: string): Bytes {
  const bytes = encodeUtf8(text)
  return concat(Uint8Array.of(bytes.length >>> 8, bytes.length & 0xff), bytes)
}
