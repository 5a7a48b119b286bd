import { encodeUtf8 } from '../base/bytes.ts'
import { SessionError, SessionTooLargeError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import { BIGINT_DIGITS, isList, TAGS } from './tag.ts'

/** spec/token.md "Payload": how deep arrays and objects may be nested in the encoded text. */
export const PAYLOAD_DEPTH = 32
/** spec/token.md "Payload": how many JSON values the encoded text may hold. */
export const PAYLOAD_NODES = 20_000

/**
 * The text of a plain value: JSON, and tags for what JSON cannot carry (`Uint8Array`, `Date`, `Map`, `Set`, `bigint`).
 * Equal values that were built alike give equal texts. What would not come back as itself is refused with its path in
 * the JSON (`ERR_DATA_INVALID`): functions, symbols, class instances, NaN and infinities, `undefined` in an array.
 * As JSON does, properties that are `undefined` are dropped, and -0 becomes 0.
 */
export function encodePayload(value: unknown, name = 'data'): string {
  return JSON.stringify(replacement(value, 0, { name, keys: [], nodes: 0 }) ?? value)
}

/** The value of a payload text, or `undecodable`. Builds plain objects and arrays only, never an instance of a user's class. */
export function decodePayload(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text)
    return restored(json, 0, { nodes: 0 }) ?? json
  } catch (error) {
    // From JSON.parse for what is not JSON, from `demand` for JSON that `encodePayload` does not write.
    if (error instanceof SyntaxError) return UNDECODABLE
    throw error
  }
}

/** Encoded bytes of every top-level field, the largest first: what an error about size shows. */
export function fieldSizes(data: object): Record<string, number> {
  const sizes = Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, encodeUtf8(encodePayload({ [key]: value as unknown })).length - '{}'.length] as const)
  return Object.fromEntries(sizes.toSorted((a, b) => b[1] - a[1]))
}

const DOLLAR = 0x24
const UNDECODABLE: Rejection = new Rejection('undecodable')

/** Where the writer is. */
interface Walk {
  /** What the top is called in errors. */
  readonly name: string
  /** The keys that lead from the top to the present value. Behind them lie keys of ways that were gone before. */
  readonly keys: (string | number)[]
  /** How many values were met. */
  nodes: number
}

/** What JSON.stringify is to have in place of a value; nearly always `undefined`, for the value itself. `depth` is the number of arrays and objects around it. */
function replacement(value: unknown, depth: number, walk: Walk): object | undefined {
  if (++walk.nodes > PAYLOAD_NODES) throw tooLarge(walk.nodes, PAYLOAD_NODES, 'values', depth, walk)
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      if (Number.isFinite(value)) return undefined
      throw refused(String(value), depth, walk)
    case 'bigint':
    case 'object':
      if (value === null) return undefined
      if (depth < PAYLOAD_DEPTH) return objectReplacement(value, depth, walk)
      throw tooLarge(depth + 1, PAYLOAD_DEPTH, 'levels, or contains itself', depth, walk)
    default:
      throw refused(typeof value, depth, walk)
  }
}

function objectReplacement(value: object | bigint, depth: number, walk: Walk): object | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  // Of the prototypes of arrays, only Array.prototype is an array itself, in every realm: a subclass would not come back as one.
  if (isList(value) && isList(prototype)) return listReplacement(value, depth, walk)
  // The cast says what such a prototype stands for.
  if (!isList(value) && isPlain(prototype)) return recordReplacement(value as Fields, depth, walk)
  const tag = TAGS.find(({ fits }) => fits(value))
  if (tag === undefined) throw refused(`class ${className(prototype)}`, depth, walk)
  const digits = typeof value === 'bigint' ? String(value).replace('-', '').length : 0
  if (digits > BIGINT_DIGITS) throw tooLarge(digits, BIGINT_DIGITS, 'digits', depth, walk)
  walk.keys[depth] = tag.name
  // The cast says what the tag has found.
  const content = tag.write(value as never)
  return { [tag.name]: replacement(content, depth + 1, walk) ?? content }
}

/** Objects of another realm (a vm context, an edge sandbox) have another Object.prototype: its own prototype is null too. */
function isPlain(prototype: unknown): boolean {
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null
}

type Fields = Record<string, unknown>

function listReplacement(list: readonly unknown[], depth: number, walk: Walk): object | undefined {
  let copy: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    walk.keys[depth] = index
    const json = replacement(list[index], depth + 1, walk)
    if (json !== undefined) (copy ??= [...list])[index] = json
  }
  return copy
}

function recordReplacement(record: Fields, depth: number, walk: Walk): object | undefined {
  if (Object.getOwnPropertySymbols(record).length > 0) throw refused('symbol as a key', depth, walk)
  let copy: Fields | undefined
  let looksTagged = false
  for (const name in record) {
    const value = record[name]
    // As for JSON: what others have put on Object.prototype is no property of this one.
    if (value === undefined || (typeof value === 'function' && !Object.hasOwn(record, name))) continue
    // It could change the prototype of whatever it is copied to.
    if (name === '__proto__') throw refused('key __proto__', depth, walk)
    if (name.charCodeAt(0) === DOLLAR) looksTagged = true
    walk.keys[depth] = name
    const json = replacement(value, depth + 1, walk)
    if (json !== undefined) (copy ??= { ...record })[name] = json
  }
  return looksTagged ? escaped(copy ?? record) : copy
}

function className(prototype: unknown): string {
  // The cast asks what a prototype may hold.
  return (prototype as { readonly constructor?: { readonly name?: string } } | null)?.constructor?.name ?? ''
}

/** A user's own object that looks like a tag gets one more "$", which the reader takes off again. */
function escaped(record: Fields): Fields {
  const [[name, value] = [''], ...others] = Object.entries(record).filter((entry) => entry[1] !== undefined)
  return others.length === 0 && name.startsWith('$') ? { [`$${name}`]: value } : record
}

function tooLarge(size: number, limit: number, what: string, depth: number, walk: Walk): SessionTooLargeError {
  const message = `${placeOf(walk, depth)} exceeds ${limit} ${what}. Keep less in the session.`
  return new SessionTooLargeError(message, { size, limit, fields: {} })
}

function refused(what: string, depth: number, walk: Walk): SessionError {
  return new SessionError(
    'ERR_DATA_INVALID',
    `${placeOf(walk, depth)} cannot be stored (${what}). Use plain values instead.`,
  )
}

function placeOf({ name, keys }: Walk, depth: number): string {
  return (
    name +
    keys
      .slice(0, depth)
      .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
      .join('')
  )
}

/** The mirror of {@link replacement}. What JSON.parse has made belongs to nobody else, so it is changed in place. */
function restored(json: unknown, depth: number, walk: Pick<Walk, 'nodes'>): unknown {
  demand(++walk.nodes <= PAYLOAD_NODES)
  if (typeof json !== 'object' || json === null) {
    // JSON.parse reads 1e400 as Infinity.
    if (typeof json === 'number') demand(Number.isFinite(json))
    return undefined
  }
  demand(depth < PAYLOAD_DEPTH)
  // The cast says what is left of what JSON.parse gives.
  return Array.isArray(json) ? restoreList(json, depth, walk) : restoreRecord(json as Fields, depth, walk)
}

function restoreList(list: unknown[], depth: number, walk: Pick<Walk, 'nodes'>): undefined {
  for (let index = 0; index < list.length; index++) {
    const value = restored(list[index], depth + 1, walk)
    if (value !== undefined) list[index] = value
  }
}

function restoreRecord(record: Fields, depth: number, walk: Pick<Walk, 'nodes'>): unknown {
  let looksTagged = false
  for (const name in record) {
    demand(name !== '__proto__')
    if (name.charCodeAt(0) === DOLLAR) looksTagged = true
    const value = restored(record[name], depth + 1, walk)
    if (value !== undefined) record[name] = value
  }
  return looksTagged ? unescaped(record) : undefined
}

function unescaped(record: Fields): unknown {
  const [[name, content] = [''], ...others] = Object.entries(record)
  if (others.length > 0 || !name.startsWith('$')) return record
  if (name.startsWith('$$')) return { [name.slice(1)]: content }
  const value = TAGS.find((tag) => tag.name === name)?.read(content)
  demand(value !== undefined)
  return value
}

function demand(condition: boolean): void {
  if (!condition) throw new SyntaxError()
}
