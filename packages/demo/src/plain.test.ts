import { expect, it } from 'vitest'
import { plain } from './plain.ts'

it.each([
  ['bytes as base64url', Uint8Array.of(251, 255), '-_8'],
  ['no bytes', new Uint8Array(), ''],
  ['a date as ISO text', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a map as a list of pairs', new Map([[1n, new Set(['a'])]]), [['1', ['a']]]],
  ['a big integer as text', 2n ** 70n, '1180591620717411303424'],
  ['what is nested', { a: [{ b: new Date(0) }] }, { a: [{ b: '1970-01-01T00:00:00.000Z' }] }],
  ['what is absent', { a: undefined, b: null }, { b: null }],
])('shows %s', (_title, value, expected) => {
  expect(plain(value)).toEqual(expected)
})

it('shows a field named __proto__ as a field', () => {
  expect(JSON.stringify(plain(JSON.parse('{"__proto__":1}')))).toBe('{"__proto__":1}')
})
