import { check } from '../base/check.ts'

/** Says what the types say, for JavaScript: refuses a value of another shape, by its path. What is absent is no concern of a shape. */
export type Shape = (value: unknown, path: string) => void

/** A value that passes a test; the words say what it must be. */
export function shape(passes: (value: unknown) => boolean, words: string): Shape {
  return (value, path) => {
    check(value === undefined || passes(value), `${path} must be ${words}`)
  }
}

/** A value that `typeof` calls so. */
export function typed(name: 'string' | 'boolean' | 'function'): Shape {
  return shape((value) => typeof value === name, `a ${name}`)
}

/** One of a few words. */
export function oneOf(...words: readonly string[]): Shape {
  return shape((value) => words.some((word) => word === value), `"${words.join('" or "')}"`)
}

/** An object with these names and no others: a name that is not known would be ignored, so it says so at once. */
export function group(shapes: Readonly<Record<string, Shape>>): Shape {
  const names = Object.keys(shapes)
  const isGroup = shape((value) => typeof value === 'object' && value !== null, `an object with ${names.join(', ')}`)
  return (value, path) => {
    isGroup(value, path)
    // The cast is what was just checked; `undefined` has no names.
    const object = (value ?? {}) as Readonly<Record<string, unknown>>
    const prefix = path && `${path}.`
    for (const name of Object.keys(object)) {
      check(names.includes(name), `${prefix}${name} is not an option: there are ${names.join(', ')}`)
    }
    for (const name of names) shapes[name]?.(object[name], prefix + name)
  }
}

/** A value of any shape. */
export function anything(): void {
  // Another check looks at it.
}

/** What stands at a path of names, as far as there is anything. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  // The cast asks any value for a property; `undefined` and `null` have none.
  return path.reduce((owner, name) => (owner as Readonly<Record<string, unknown>> | undefined | null)?.[name], value)
}
