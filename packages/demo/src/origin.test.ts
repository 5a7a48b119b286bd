import { expect, it } from 'vitest'
import { isForeignOrigin } from './origin.ts'

it.each([
  [undefined, 'shop.example', false],
  ['https://shop.example', 'shop.example', false],
  ['http://127.0.0.1:3000', '127.0.0.1:3000', false],
  ['https://shop.example', 'SHOP.example:443', false],
  ['https://evil.example', 'shop.example', true],
  ['https://shop.example:8443', 'shop.example', true],
  ['https://shop.example.evil.example', 'shop.example', true],
  ['null', 'shop.example', true],
  ['', 'shop.example', true],
  ['https://shop.example', undefined, true],
])('a POST from %s to %s is foreign: %s', (origin, host, expected) => {
  expect(isForeignOrigin(origin, host)).toBe(expected)
})
