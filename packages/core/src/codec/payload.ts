import { decodeBase64url, encodeBase64url } from '../base/base64url.ts'
import { encodeUtf8 } from '../base/bytes.ts'
import { SessionError, SessionTooLargeError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'

/** spec/token.md "Payload": how deep arrays and objects may be nested in the encoded text. */
export const PAYLOAD_DEPTH = 32
/** spec/token.md "Payload": how many JSON values the encoded text may hold. */
export const PAYLOAD_NODES = 20_000

/**
 * The text of a plain value: JSON, and tags for what JSON cannot carry (`Uint8Array`, `Date`, `Map`, `Set`, `bigint`).
 * Equal values that were built alike give equal texts. What would not come back as itself is refused with its path
 * (`ERR_DATA_INVALID`): functions, symbols, class instances, NaN and infinities, `undefined` in an array.
 * As JSON does, properties that are `undefined` are dropped, and -0 becomes 0.
 */
export function encodePayload(value: unknown, name = 'data'): string {
  return JSON.stringify(isPlainJson(value, 1, { nodes: 0 }) ? value : tagged(value, name, 1, { nodes: 0 }))
}

/** The value of a payload text, or `undecodable`. Builds plain objects and arrays only, never an instance of a user's class. */
export function decodePayload(text: string): unknown {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // JSON.parse throws a SyntaxError for what is not JSON and nothing else.
    return UNDECODABLE
  }
  if (text.length <= FREE_LENGTH && isUntagged(json, 1)) return json
  try {
    return restored(json, 1, { nodes: 0 })
  } catch (error) {
    if (error instanceof NotCanonical) return UNDECODABLE
    throw error
  }
}

/** Encoded bytes of every top-level field, the largest first: what an error about size shows. */
export function fieldSizes(data: object): Record<string, number> {
  const sizes: [string, number][] = []
  for (const [key, value] of Object.entries(data) as [string, unknown][]) {
    if (value !== undefined) sizes.push([key, encodeUtf8(encodePayload({ [key]: value })).length - '{}'.length])
  }
  return Object.fromEntries(sizes.toSorted((a, b) => b[1] - a[1]))
}

const UNDECODABLE: Rejection = new Rejection('undecodable')

/** How many values have been seen so far in one payload. */
interface Budget {
  nodes: number
}

/** Whether JSON.stringify alone carries the value: the way that nearly every session takes. Doubt means no. */
function isPlainJson(value: unknown, depth: number, budget: Budget): boolean {
  if (++budget.nodes > PAYLOAD_NODES) return false
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      if (value === null) return true
      if (depth > PAYLOAD_DEPTH) return false
      return Array.isArray(value) ? isPlainArray(value, depth, budget) : isPlainRecord(value, depth, budget)
    default:
      return false
  }
}

function isPlainArray(value: readonly unknown[], depth: number, budget: Budget): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype) return false
  for (let index = 0; index < value.length; index++) {
    if (!isPlainJson(value[index], depth + 1, budget)) return false
  }
  return true
}

function isPlainRecord(value: object, depth: number, budget: Budget): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  // What others may have put on Object.prototype is looked at too; at worst that leads to the slower way.
  for (const key in value) {
    if (key.charCodeAt(0) === DOLLAR || key === '__proto__') return false
    // The cast reads a property that the loop has just named.
    const property = (value as Record<string, unknown>)[key]
    if (property !== undefined && !isPlainJson(property, depth + 1, budget)) return false
  }
  return Object.getOwnPropertySymbols(value).length === 0
}
const DOLLAR = 0x24

/** The value as JSON with tags, every rule checked, so that an error can name the place. */
function tagged(value: unknown, path: string, depth: number, budget: Budget): unknown {
  spend(budget, 1, path)
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      if (Number.isFinite(value)) return value
      throw refused(path, `is ${String(value)}, which JSON cannot carry. Store null or a text instead`)
    case 'bigint':
      enter(depth, path)
      spend(budget, 1, path)
      return { $bigint: bigintText(value, path) }
    case 'object':
      if (value === null) return null
      enter(depth, path)
      return taggedObject(value, path, depth, budget)
    default:
      throw refused(path, `is ${article(typeof value)}, which cannot be stored in a session`)
  }
}

function bigintText(value: bigint, path: string): string {
  const text = value.toString()
  if (BIGINT.test(text)) return text
  throw new SessionTooLargeError(
    `${path} has more than ${BIGINT_DIGITS} digits. Store a smaller number, or its bytes.`,
    {
      size: text.length,
      limit: BIGINT_DIGITS,
      fields: {},
    },
  )
}

function taggedObject(value: object, path: string, depth: number, budget: Budget): unknown {
  const prototype: unknown = Object.getPrototypeOf(value)
  // Of the prototypes of arrays, only Array.prototype is an array itself, in every realm: a subclass would not come back as one.
  if (Array.isArray(value) && Array.isArray(prototype)) {
    return Array.from(value, (item: unknown, index) => tagged(item, `${path}[${index}]`, depth + 1, budget))
  }
  if (value instanceof Uint8Array) {
    spend(budget, 1, path)
    return { $bytes: encodeBase64url(new Uint8Array(value)) }
  }
  if (prototype === Date.prototype) return taggedDate(value as Date, path, budget)
  if (prototype === Map.prototype) return taggedMap(value as Map<unknown, unknown>, path, depth, budget)
  if (prototype === Set.prototype) return taggedSet(value as Set<unknown>, path, depth, budget)
  if (Array.isArray(value) || !isPlainPrototype(prototype)) {
    throw refused(
      path,
      `is an instance of ${className(prototype)}, which would not come back as one. Store its plain fields instead`,
    )
  }
  return taggedRecord(value, path, depth, budget)
}

function taggedDate(value: Date, path: string, budget: Budget): unknown {
  const time = value.getTime()
  if (Number.isNaN(time)) throw refused(path, 'is an invalid Date. Store null instead')
  spend(budget, 1, path)
  return { $date: time }
}

function taggedMap(value: Map<unknown, unknown>, path: string, depth: number, budget: Budget): unknown {
  enter(value.size === 0 ? depth + 1 : depth + 2, path)
  spend(budget, 1 + value.size, path)
  const entries = Array.from(value, ([key, item], index) => [
    tagged(key, `${path}.keys()[${index}]`, depth + 3, budget),
    tagged(item, `${path}.values()[${index}]`, depth + 3, budget),
  ])
  return { $map: entries }
}

function taggedSet(value: Set<unknown>, path: string, depth: number, budget: Budget): unknown {
  enter(depth + 1, path)
  spend(budget, 1, path)
  return { $set: Array.from(value, (item, index) => tagged(item, `${path}.values()[${index}]`, depth + 2, budget)) }
}

function taggedRecord(value: object, path: string, depth: number, budget: Budget): unknown {
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw refused(path, 'has a property whose key is a symbol, which cannot be stored in a session')
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const [first] = entries
  // A user's own object that looks like a tag gets one more "$", which the reader takes off again.
  if (first !== undefined && entries.length === 1 && first[0].startsWith('$')) {
    return { [`$${first[0]}`]: tagged(first[1], `${path}.${first[0]}`, depth + 1, budget) }
  }
  const record: Record<string, unknown> = {}
  for (const [key, item] of entries) {
    if (key === '__proto__') {
      throw refused(
        path,
        'has a property named __proto__, which could change the prototype of whatever it is copied to',
      )
    }
    record[key] = tagged(item, `${path}.${key}`, depth + 1, budget)
  }
  return record
}

/** Objects of another realm (a vm context, an edge sandbox) have another Object.prototype: its own prototype is null too. */
function isPlainPrototype(prototype: unknown): boolean {
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

function className(prototype: unknown): string {
  // The cast asks what the prototype may hold; the check follows.
  const name = (prototype as { constructor?: { name?: unknown } } | null)?.constructor?.name
  return typeof name === 'string' && name !== '' ? name : 'a class'
}

function article(type: string): string {
  return type === 'undefined' ? 'undefined' : `a ${type}`
}

function enter(depth: number, path: string): void {
  if (depth <= PAYLOAD_DEPTH) return
  throw new SessionTooLargeError(
    `${path} is nested deeper than ${PAYLOAD_DEPTH} levels, or contains itself. Store a flatter value.`,
    { size: depth, limit: PAYLOAD_DEPTH, fields: {} },
  )
}

function spend(budget: Budget, nodes: number, path: string): void {
  budget.nodes += nodes
  if (budget.nodes <= PAYLOAD_NODES) return
  throw new SessionTooLargeError(
    `The session holds more than ${PAYLOAD_NODES} values (counted up to ${path}). Store fewer, or keep them in your database.`,
    { size: budget.nodes, limit: PAYLOAD_NODES, fields: {} },
  )
}

function refused(path: string, problem: string): SessionError {
  return new SessionError('ERR_DATA_INVALID', `${path} ${problem}.`)
}

// Two characters are the least that a value takes ("1,"), so a shorter text cannot hold too many.
const FREE_LENGTH = 2 * PAYLOAD_NODES

/** Whether what JSON.parse has made is the value as it was: no tag, nothing out of bounds. Doubt means no. */
function isUntagged(json: unknown, depth: number): boolean {
  // JSON.parse reads 1e400 as Infinity.
  if (typeof json === 'number') return Number.isFinite(json)
  if (typeof json !== 'object' || json === null) return true
  if (depth > PAYLOAD_DEPTH) return false
  if (Array.isArray(json)) {
    // A loop: `every` with a closure costs three times as much here, on every request.
    for (let index = 0; index < json.length; index++) if (!isUntagged(json[index], depth + 1)) return false
    return true
  }
  for (const key in json) {
    if (key.charCodeAt(0) === DOLLAR || key === '__proto__') return false
    // The cast reads a property that the loop has just named.
    if (!isUntagged((json as Record<string, unknown>)[key], depth + 1)) return false
  }
  return true
}

/** Thrown and caught in this file only: the text is JSON, but none that {@link encodePayload} writes. */
class NotCanonical extends Error {}

function restored(json: unknown, depth: number, budget: Budget): unknown {
  count(budget)
  if (typeof json === 'number') demand(Number.isFinite(json))
  if (typeof json !== 'object' || json === null) return json
  demand(depth <= PAYLOAD_DEPTH)
  if (Array.isArray(json)) return json.map((item: unknown) => restored(item, depth + 1, budget))
  const entries = Object.entries(json)
  const [first] = entries
  if (first !== undefined && entries.length === 1 && first[0].startsWith('$')) {
    return restoredTag(first[0], first[1], depth, budget)
  }
  const record: Record<string, unknown> = {}
  for (const [key, item] of entries) {
    demand(key !== '__proto__')
    record[key] = restored(item, depth + 1, budget)
  }
  return record
}

function restoredTag(tag: string, content: unknown, depth: number, budget: Budget): unknown {
  if (tag.startsWith('$$')) return { [tag.slice(1)]: restored(content, depth + 1, budget) }
  switch (tag) {
    case '$bytes':
      return restoredBytes(content, budget)
    case '$date':
      return restoredDate(content, budget)
    case '$bigint':
      return restoredBigint(content, budget)
    case '$map':
      return restoredMap(content, depth, budget)
    case '$set':
      return restoredSet(content, depth, budget)
    default:
      throw new NotCanonical()
  }
}

function restoredBytes(content: unknown, budget: Budget): Uint8Array {
  count(budget)
  demand(typeof content === 'string')
  const bytes = decodeBase64url(content)
  demand(bytes !== undefined)
  // A copy: what was decoded may be a window on memory with other secrets in it, and this goes to the app, `buffer` and all.
  return bytes.slice()
}

/** spec/token.md "Payload": the most decimal digits of a big integer, whose reading takes more than linear time. */
export const BIGINT_DIGITS = 4096
const BIGINT = new RegExp(`^(?:0|-?[1-9]\\d{0,${BIGINT_DIGITS - 1}})$`, 'u')

// ECMA-262 §21.4.1.1: a Date reaches 8.64e15 milliseconds to either side of 1970.
export const DATE_LIMIT = 8.64e15

function restoredDate(content: unknown, budget: Budget): Date {
  count(budget)
  demand(typeof content === 'number' && Number.isInteger(content) && Math.abs(content) <= DATE_LIMIT)
  return new Date(content)
}

function restoredBigint(content: unknown, budget: Budget): bigint {
  count(budget)
  demand(typeof content === 'string' && BIGINT.test(content))
  return BigInt(content)
}

function restoredMap(content: unknown, depth: number, budget: Budget): Map<unknown, unknown> {
  count(budget)
  demand(Array.isArray(content) && depth + 1 <= PAYLOAD_DEPTH)
  const map = new Map<unknown, unknown>()
  for (const entry of content as readonly unknown[]) {
    count(budget)
    demand(Array.isArray(entry) && entry.length === 2 && depth + 2 <= PAYLOAD_DEPTH)
    const [key, item] = entry as readonly unknown[]
    map.set(restored(key, depth + 3, budget), restored(item, depth + 3, budget))
  }
  demand(map.size === content.length)
  return map
}

function restoredSet(content: unknown, depth: number, budget: Budget): Set<unknown> {
  count(budget)
  demand(Array.isArray(content) && depth + 1 <= PAYLOAD_DEPTH)
  const set = new Set<unknown>()
  for (const item of content as readonly unknown[]) set.add(restored(item, depth + 2, budget))
  demand(set.size === content.length)
  return set
}

/** The mirror of {@link spend}. */
function count(budget: Budget): void {
  demand(++budget.nodes <= PAYLOAD_NODES)
}

function demand(condition: boolean): asserts condition {
  if (!condition) throw new NotCanonical()
}
