import { describe, expect, it } from 'vitest'
import { deepFrozen } from './view.ts'

describe('deepFrozen', () => {
  it.each<[name: string, change: (value: { list: { n: number }[]; inner: { deep: { n: number } } }) => unknown]>([
    ['a field', (value) => (value.list = [])],
    ['a field deep inside', (value) => (value.inner.deep.n = 2)],
    ['an item of a list', (value) => (value.list[0]!.n = 2)],
    ['a list', (value) => value.list.push({ n: 2 })],
    [
      'what it has',
      (value) =>
        Reflect.deleteProperty(value, 'list') ||
        (() => {
          throw new TypeError('kept')
        })(),
    ],
  ])('lets nobody change %s', (_, change) => {
    const value = { list: [{ n: 1 }], inner: { deep: { n: 1 } } }
    deepFrozen(value)
    expect(() => change(value)).toThrow(TypeError)
    expect(value).toEqual({ list: [{ n: 1 }], inner: { deep: { n: 1 } } })
  })

  it('takes bytes, which cannot be frozen, as they are', () => {
    const value = { bytes: new Uint8Array(2), view: new Uint8Array(0), none: null }
    expect(deepFrozen(value)).toBe(value)
    expect(Object.isFrozen(value)).toBe(true)
  })
})
