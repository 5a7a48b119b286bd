import { describe, expect, it } from 'vitest'
import { anything, group, oneOf, type Shape, typed } from './shape.ts'

const OPTIONS = group({ name: typed('string'), mode: oneOf('a', 'b'), inner: group({ size: anything }) })

describe('a shape', () => {
  it.each<[name: string, shape: Shape, value: unknown]>([
    ['what is absent', typed('string'), undefined],
    ['a value of its type', typed('function'), () => undefined],
    ['one of its words', oneOf('a', 'b'), 'b'],
    ['an object with some of its names', OPTIONS, { name: 'x', inner: { size: null } }],
    ['names that are undefined', OPTIONS, { name: undefined, mode: undefined, inner: undefined }],
  ])('takes %s', (_, shape, value) => {
    expect(() => shape(value, 'option')).not.toThrow()
  })

  it.each<[shape: Shape, value: unknown, message: string]>([
    [typed('string'), null, 'option must be a string.'],
    [typed('boolean'), 'auto', 'option must be a boolean.'],
    [oneOf('a', 'b'), 'c', 'option must be "a" or "b".'],
    [OPTIONS, null, 'option must be an object with name, mode, inner.'],
    [OPTIONS, 'text', 'option must be an object with name, mode, inner.'],
    [OPTIONS, { title: 1 }, 'option.title is not an option: there are name, mode, inner.'],
    [OPTIONS, { toString: 1 }, 'option.toString is not an option: there are name, mode, inner.'],
    [OPTIONS, { inner: { colour: 1 } }, 'option.inner.colour is not an option: there are size.'],
    [OPTIONS, { mode: 1 }, 'option.mode must be "a" or "b".'],
  ])('refuses another value by its path: %#', (shape, value, message) => {
    expect(() => shape(value, 'option')).toThrow(expect.objectContaining({ code: 'ERR_OPTIONS_INVALID', message }))
  })
})
