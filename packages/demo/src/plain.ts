import { base64url } from './base64url.ts'

/** A value as JSON can say it. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain }

/** Session data for an answer: bytes as base64url, dates as ISO text, maps and sets as arrays, big integers as decimal text. */
export function plain(value: unknown): Plain {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value
    case 'bigint':
      return value.toString()
    case 'object':
      return value === null ? null : plainObject(value)
    default:
      // What is left (undefined, functions, symbols) no session holds.
      return null
  }
}

function plainObject(value: object): Plain {
  if (value instanceof Uint8Array) return base64url(value)
  if (value instanceof Date) return value.toISOString()
  if (isIterable(value)) return Array.from(value, plain)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(entries.map(([name, item]) => [name, plain(item)]))
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value
}
