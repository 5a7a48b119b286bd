import { SessionError } from '../base/errors.ts'

/** A JSON value that knows its line. */
export type JsonNode = JsonValue | JsonObject | JsonArray

interface JsonValue {
  readonly kind: 'value'
  readonly line: number
  readonly value: string | number | boolean | null
}

interface JsonObject {
  readonly kind: 'object'
  readonly line: number
  readonly properties: ReadonlyMap<string, JsonNode>
}

interface JsonArray {
  readonly kind: 'array'
  readonly line: number
  readonly items: readonly JsonNode[]
}

/** How deep a keyset nests at most is 3. The bound keeps a damaged file from ending as an overflow of the stack. */
const DEPTH = 16

const SPACE = /[ \t\r\n]*/u
const SCALAR =
  /"(?:[^"\\\u{0}-\u{1f}]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/u

/**
 * The value of a JSON text (RFC 8259), every part with its line. Throws `ERR_KEYSET_INVALID` with the line of what is no JSON,
 * and of a name that stands twice in one object, which `JSON.parse` would pass over. No message holds a part of the text.
 */
export function parseJson(text: string): JsonNode {
  const reader = createReader(text)
  const node = readValue(reader, 0)
  checkLine(reader.next() === '', reader.line(), 'the text goes on after its end; remove what follows the last "}"')
  return node
}

/** Throws `ERR_KEYSET_INVALID` where a condition does not hold: what is wrong in which line, and behind a semicolon what to do. */
export function checkLine(condition: boolean, line: number, message: string): asserts condition {
  if (!condition) throw new SessionError('ERR_KEYSET_INVALID', `line ${line}: ${message}.`)
}

/** A name for a message. One that is not a plain word may be a secret in the wrong place, and is not shown. */
export function shownName(name: string): string {
  return /^[$A-Za-z]{1,20}$/u.test(name) ? `"${name}"` : 'a name'
}

/** A text and how far it was read. White space is passed over before each step. */
interface Reader {
  /** The next character, empty at the end. */
  next(): string
  /** Takes the next character if it is this one. */
  takes(character: string): boolean
  /** Takes a string, number, `true`, `false` or `null`. */
  scalar(): string | undefined
  /** The line of what comes next, from 1. */
  line(): number
}

function createReader(text: string): Reader {
  let at = 0
  let line = 1
  const match = (pattern: RegExp): string => {
    const sticky = new RegExp(pattern, 'uy')
    sticky.lastIndex = at
    const [taken = ''] = sticky.exec(text) ?? []
    at += taken.length
    line += taken.split('\n').length - 1
    return taken
  }
  const next = (): string => {
    match(SPACE)
    return text.charAt(at)
  }
  return {
    next,
    takes(character) {
      if (next() !== character) return false
      at++
      return true
    },
    scalar() {
      next()
      return match(SCALAR) || undefined
    },
    line() {
      next()
      return line
    },
  }
}

function readValue(reader: Reader, depth: number): JsonNode {
  const line = reader.line()
  checkLine(depth < DEPTH, line, 'this nests too deep for a keyset; restore the file')
  if (reader.takes('{')) return { kind: 'object', line, properties: readProperties(reader, depth) }
  if (reader.takes('[')) return { kind: 'array', line, items: readItems(reader, depth) }
  const scalar = readScalar(reader)
  checkLine(scalar !== undefined, line, `this is not JSON, a value is missing${because(reader)}`)
  // What SCALAR matches is a string, a number, true, false or null.
  return { kind: 'value', line, value: JSON.parse(scalar) as JsonValue['value'] }
}

function readScalar(reader: Reader): string | undefined {
  const scalar = reader.scalar()
  const isBroken = scalar === undefined && reader.next() === '"'
  checkLine(!isBroken, reader.line(), 'a text does not end, or holds what JSON does not allow; restore it, whole')
  return scalar
}

function readProperties(reader: Reader, depth: number): ReadonlyMap<string, JsonNode> {
  const properties = new Map<string, JsonNode>()
  if (reader.takes('}')) return properties
  do {
    const line = reader.line()
    const text = reader.next() === '"' ? readScalar(reader) : undefined
    checkLine(text !== undefined, line, `this is not JSON, a name in double quotes is missing${because(reader)}`)
    // What SCALAR matches and begins with a quote is a string.
    const name = JSON.parse(text) as string
    checkLine(!properties.has(name), line, `${shownName(name)} stands twice in one object; remove one of them`)
    checkLine(reader.takes(':'), reader.line(), 'this is not JSON, a ":" is missing; add it')
    properties.set(name, readValue(reader, depth + 1))
  } while (reader.takes(','))
  checkLine(reader.takes('}'), reader.line(), `this is not JSON, a "," or "}" is missing${because(reader)}`)
  return properties
}

function readItems(reader: Reader, depth: number): readonly JsonNode[] {
  const items: JsonNode[] = []
  if (reader.takes(']')) return items
  do items.push(readValue(reader, depth + 1))
  while (reader.takes(','))
  checkLine(reader.takes(']'), reader.line(), `this is not JSON, a "," or "]" is missing${because(reader)}`)
  return items
}

/** What is likely the cause, and what to do. */
function because(reader: Reader): string {
  const next = reader.next()
  if (next === '') return ' because the text ends here; restore the file, whole'
  if (next === '/' || next === '#') return ' because JSON has no comments; remove this one'
  // What a decoder makes of UTF-16 begins with the second of these.
  if (next === '\u{feff}' || next === '\u{fffd}') {
    return ' because this is not plain UTF-8; save the file as UTF-8 without a byte order mark'
  }
  if (next === '}' || next === ']') return '; add it, or remove the comma before it'
  return '; add it'
}
