import { check } from '../base/check.ts'

/** Says what the types say, for JavaScript: refuses a value of another shape, by its path. What is absent is no concern of a shape. */
export type Shape = (value: unknown, path: string) => void

/** A value that passes a test; the words say what it must be. */
export function shape(passes: (value: unknown) => boolean, words: string): Shape {
  return (value, path) => {
    check(value === undefined || passes(value), `${path} must be ${words}`)
  }
}

/** What a value has under a name, if it has anything. */
export function propertyOf(value: unknown, name: string): unknown {
  // The cast asks any value for a property; `undefined` and `null` have none.
  return (value as Readonly<Record<string, unknown>> | undefined | null)?.[name]
}

/** A value that `typeof` calls so. */
export function typed(name: 'string' | 'boolean' | 'function'): Shape {
  return shape((value) => typeof value === name, `a ${name}`)
}

/** One of a few words. */
export function oneOf(...words: readonly unknown[]): Shape {
  return shape((value) => words.includes(value), `"${words.join('" or "')}"`)
}

/** An object with these names and no others: a name that is not known would be ignored, so it says so at once. */
export function group(shapes: Readonly<Record<string, Shape>>): Shape {
  const names = Object.keys(shapes)
  const isObject = shape((value) => typeof value === 'object' && value !== null, `an object with ${names.join(', ')}`)
  return (value, path) => {
    isObject(value, path)
    const prefix = path && `${path}.`
    for (const [name, property] of Object.entries(value ?? {})) {
      check(names.includes(name), `${prefix}${name} is not an option: there are ${names.join(', ')}`)
      shapes[name]?.(property, prefix + name)
    }
  }
}

/** A value of any shape. */
export function anything(): void {
  // Another check looks at it.
}
