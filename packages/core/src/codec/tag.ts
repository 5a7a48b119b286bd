import { decodeBase64url, encodeBase64url } from '#bytes'

/** spec/token.md "Payload": the most decimal digits of a big integer, whose reading takes more than linear time. */
export const BIGINT_DIGITS = 4096
/** ECMA-262 §21.4.1.1: a Date reaches so many milliseconds to either side of 1970. */
export const DATE_LIMIT = 8.64e15

/** How JSON carries values of one type: in an object with this name as its only key. */
export interface Tag {
  readonly name: string
  readonly fits: (value: unknown) => boolean
  readonly write: (value: never) => unknown
  /** The value, or `undefined` for content that `write` does not give. */
  readonly read: (content: unknown) => unknown
}

const BIGINT = new RegExp(`^(?:0|-?[1-9]\\d{0,${BIGINT_DIGITS - 1}})$`, 'u')

/** What JSON cannot carry by itself. */
export const TAGS: readonly Tag[] = [
  {
    name: '$bytes',
    fits: (value) => value instanceof Uint8Array,
    write: (bytes: Uint8Array) => encodeBase64url(new Uint8Array(bytes)),
    // A copy: what was decoded may be a window on memory with other secrets in it, and this goes to the app, `buffer` and all.
    read: (text) => (typeof text === 'string' ? decodeBase64url(text)?.slice() : undefined),
  },
  {
    name: '$date',
    fits: isExactly(Date),
    write: (date: Date) => date.getTime(),
    read: (time) => (isWhole(time) && Math.abs(time) <= DATE_LIMIT ? new Date(time) : undefined),
  },
  {
    name: '$bigint',
    fits: (value) => typeof value === 'bigint',
    write: String,
    read: (text) => (typeof text === 'string' && BIGINT.test(text) ? BigInt(text) : undefined),
  },
  {
    name: '$map',
    fits: isExactly(Map),
    write: (map: Map<unknown, unknown>) => [...map],
    read: (entries) => (isList(entries) && entries.every(isPair) ? unlessTwice(new Map(entries), entries) : undefined),
  },
  {
    name: '$set',
    fits: isExactly(Set),
    write: (set: Set<unknown>) => [...set],
    read: (items) => (isList(items) ? unlessTwice(new Set(items), items) : undefined),
  },
]

function isExactly({ prototype }: { readonly prototype: unknown }): (value: unknown) => boolean {
  return (value) => Object.getPrototypeOf(value) === prototype
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value)
}

/** `Array.isArray` without its `any`. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return isList(value) && value.length === 2
}

function unlessTwice<Collection extends { readonly size: number }>(
  collection: Collection,
  { length }: readonly unknown[],
): Collection | undefined {
  return collection.size === length ? collection : undefined
}
