import { expect, it } from 'vitest'
import { pageAfter } from './page-after.ts'

it.each([
  ['/api/note', '/'],
  ['/api/note?did=note', '/?did=note'],
  ['http://127.0.0.1:3000/api/types?a=b&did=types', '/?did=types'],
  ['/api/note?did=//evil.example', '/'],
  ['//evil.example/api/note?did=id', '/?did=id'],
  ['http://[', '/'],
])('after %s comes %s', (url, expected) => {
  expect(pageAfter(url)).toBe(expected)
})
