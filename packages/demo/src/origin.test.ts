import { expect, it } from 'vitest'
import { isForeignOrigin, refuseForeignOrigin } from './origin.ts'

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

it.each([
  ['GET', 'https://evil.example', 'passes'],
  ['HEAD', 'https://evil.example', 'passes'],
  ['POST', 'http://shop.example', 'passes'],
  ['POST', null, 'passes'],
  ['POST', 'https://evil.example', 'is refused'],
  ['DELETE', 'null', 'is refused'],
])('%s from %s %s', (method, origin, outcome) => {
  const refusing = expect(() => {
    refuseForeignOrigin({ method, origin, host: 'shop.example' })
  })
  if (outcome === 'passes') refusing.not.toThrow()
  else refusing.toThrow(expect.objectContaining({ status: 403 }) as Error)
})
