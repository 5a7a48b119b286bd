import { BodyError, notFromPage } from './body-error.ts'

const SPOKEN: Readonly<Record<string, string>> = {
  name: 'your name',
  item: 'the item',
  message: 'the message',
}

/** A text of 1 to so many characters, of which none is half of a surrogate pair and not all are blank. */
export function textOf(body: unknown, name: string, maxLength: number): string {
  const rule = `body/${name} must be a text of 1 to ${maxLength} characters that are not all blank`
  const value = ownField(body, name)
  const spoken = SPOKEN[name] ?? name
  if (value === undefined || value === '') {
    throw new BodyError(rule, `Fill in ${spoken}: blanks alone are not enough.`)
  }
  if (!isWellFormed(value)) throw notFromPage(rule)
  if (!/\S/u.test(value)) throw new BodyError(rule, `Fill in ${spoken}: blanks alone are not enough.`)
  // By characters and not by UTF-16 units, as a browser's maxlength nearly does.
  if (Array.from(value).length > maxLength) {
    throw new BodyError(rule, `Make ${spoken} shorter: ${maxLength} characters at most.`)
  }
  return value
}

/** A text of any length of which no character is half of a surrogate pair: that has no bytes of its own. */
export function wellFormedOf(body: unknown, name: string): string {
  return fieldOf(body, name, isWellFormed, 'a well-formed text')
}

/** One of these values. */
export function oneOf<const Value extends string | boolean>(
  body: unknown,
  name: string,
  values: readonly Value[],
): Value {
  const isOne = (value: unknown): value is Value => values.some((each) => each === value)
  return fieldOf(body, name, isOne, `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`)
}

/** A field that passes; `rule` finishes the sentence "body/name must be …" for one that does not. */
export function fieldOf<Value>(
  body: unknown,
  name: string,
  passes: (value: unknown) => value is Value,
  rule: string,
): Value {
  const value = ownField(body, name)
  if (passes(value)) return value
  throw notFromPage(`body/${name} must be ${rule}`)
}

/** Whether the body says anything of this field. */
export function hasField(body: unknown, name: string): boolean {
  return ownField(body, name) !== undefined
}

function ownField(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) throw notFromPage('body must be an object')
  return Object.getOwnPropertyDescriptor(body, name)?.value
}

function isWellFormed(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed()
}
