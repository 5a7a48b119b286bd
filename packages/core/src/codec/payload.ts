import { encodeUtf8 } from '#bytes'
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
  return encodePart(value, name, 0)
}

/** The value of a payload text, or `undecodable`. Builds plain objects and arrays only, never an instance of a user's class. */
export function decodePayload(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text)
    return converted(json, 0, { name: '', nodes: 0, convert: restored }) ?? json
  } catch (error) {
    // From JSON.parse for what is not JSON, from the walk for JSON that `encodePayload` does not write.
    if (error instanceof SyntaxError || error instanceof SessionError) return UNDECODABLE
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

type List = readonly unknown[]
type Fields = Readonly<Record<string, unknown>>

/** A way through a value and all its parts, to write it or to read it. */
interface Walk {
  /** Where it began, for errors. */
  readonly name: string
  /** How many values were met. */
  nodes: number
  /** What is to stand in place of an array or object; nearly always `undefined`, for itself. `depth` is the number of arrays and objects around it. */
  readonly convert: (value: object | bigint, depth: number, walk: Walk) => unknown
}

/** A value that lies within `depth` arrays and objects. */
function encodePart(value: unknown, name: string, depth: number): string {
  try {
    return JSON.stringify(converted(value, depth, { name, nodes: 0, convert: replaced }) ?? value)
  } catch (error) {
    // A walk knows only where it began, since keeping its way would cost every session. Begun anew at each part, it finds the place.
    if (depth < PAYLOAD_DEPTH) {
      const whole = Object(value) as object
      const json = isPlain(whole) ? whole : (tagged(whole) ?? {})
      const parts = isList(json) ? [...json] : json
      for (const [key, part] of Object.entries(parts)) {
        if (isList(parts)) encodePart(part, `${name}[${key}]`, depth + 1)
        else if (part !== undefined) encodePart(part, `${name}.${key}`, depth + 1)
      }
    }
    throw error
  }
}

/** What is to stand in place of a value: `undefined` for itself. */
function converted(value: unknown, depth: number, walk: Walk): unknown {
  if (++walk.nodes > PAYLOAD_NODES) throw tooLarge(walk, walk.nodes, PAYLOAD_NODES, 'values')
  // Not a `switch`, which is a twentieth slower. JSON.parse too gives Infinity, for 1e400.
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value)) return
  if (typeof value !== 'object' && typeof value !== 'bigint') {
    throw refused(walk, typeof value === 'number' ? String(value) : typeof value)
  }
  if (depth < PAYLOAD_DEPTH) return walk.convert(value, depth, walk)
  throw tooLarge(walk, depth + 1, PAYLOAD_DEPTH, 'levels, or contains itself')
}

/** What JSON.stringify is to have in place of an array or object. */
function replaced(value: object | bigint, depth: number, walk: Walk): unknown {
  if (isPlain(value)) {
    if (isList(value)) return convertedList(value, depth, walk)
    if (Object.getOwnPropertySymbols(value).length > 0) throw refused(walk, 'symbol as a key')
    return convertedFields(value, depth, walk, escaped)
  }
  const json = tagged(value)
  if (json === undefined) throw refused(walk, `class ${className(value)}`)
  const digits = typeof value === 'bigint' ? String(value).replace('-', '').length : 0
  if (digits > BIGINT_DIGITS) throw tooLarge(walk, digits, BIGINT_DIGITS, 'digits')
  return convertedFields(json, depth, walk) ?? json
}

/** Whether JSON has a value as it is, but for its parts. */
function isPlain(value: object | bigint): value is List | Fields {
  const prototype: unknown = Object.getPrototypeOf(value)
  // Of the prototypes of arrays, only Array.prototype is an array itself, in every realm: a subclass would not come back as one.
  if (isList(value)) return isList(prototype)
  // Objects of another realm (a vm context, an edge sandbox) have another Object.prototype: its own prototype is null too.
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null
}

/** The tag of a value, its parts as they are; `undefined` where none fits. */
function tagged(value: object | bigint): Fields | undefined {
  const tag = TAGS.find(({ fits }) => fits(value))
  // The cast says what the tag has found.
  return tag && { [tag.name]: tag.write(value as never) }
}

function className(value: object | bigint): string {
  // The cast asks what a prototype may hold.
  const prototype = Object.getPrototypeOf(value) as { readonly constructor?: { readonly name?: string } } | null
  return prototype?.constructor?.name ?? ''
}

/** What JSON.parse has made, as the value that it was written for: the mirror of {@link replaced}. */
function restored(json: object | bigint, depth: number, walk: Walk): unknown {
  // The cast says what is left of what JSON.parse gives.
  return isList(json) ? convertedList(json, depth, walk) : convertedFields(json as Fields, depth, walk, unescaped)
}

function convertedList(list: List, depth: number, walk: Walk): List | undefined {
  let copy: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    const value = converted(list[index], depth + 1, walk)
    if (value !== undefined) (copy ??= [...list])[index] = value
  }
  return copy
}

/** `rename` is for an object that looks like a tag: one property, whose name begins with "$". */
function convertedFields(
  fields: Fields,
  depth: number,
  walk: Walk,
  rename?: (name: string, value: unknown) => unknown,
): unknown {
  let copy: Record<string, unknown> | undefined
  let looksTagged = false
  for (const name in fields) {
    const field = fields[name]
    // As for JSON: what others have put on Object.prototype is no property of this one.
    if (field === undefined || (typeof field !== 'string' && !Object.hasOwn(fields, name))) continue
    // It could change the prototype of whatever it is copied to.
    if (name === '__proto__') throw refused(walk, 'key __proto__')
    if (name.charCodeAt(0) === DOLLAR) looksTagged = true
    const value = converted(field, depth + 1, walk)
    if (value !== undefined) (copy ??= { ...fields })[name] = value
  }
  if (!looksTagged || rename === undefined) return copy
  const [[name, value] = [''], ...others] = Object.entries(copy ?? fields).filter((entry) => entry[1] !== undefined)
  return others.length === 0 && name.startsWith('$') ? rename(name, value) : copy
}

/** A user's own object that looks like a tag gets one more "$", which the reader takes off again. */
function escaped(name: string, value: unknown): Fields {
  return { [`$${name}`]: value }
}

function unescaped(name: string, content: unknown): unknown {
  if (name.startsWith('$$')) return { [name.slice(1)]: content }
  const value = TAGS.find((tag) => tag.name === name)?.read(content)
  if (value === undefined) throw new SyntaxError()
  return value
}

function tooLarge({ name }: Walk, size: number, limit: number, what: string): SessionTooLargeError {
  const message = `${name} exceeds ${limit} ${what}. Keep less in the session.`
  return new SessionTooLargeError(message, { size, limit, fields: {} })
}

function refused({ name }: Walk, what: string): SessionError {
  return new SessionError('ERR_DATA_INVALID', `${name} cannot be stored (${what}). Use plain values instead.`)
}
