import { expect, it } from 'vitest'
import { printed } from './printed.ts'

it('puts what fits on one line', () => {
  expect(printed({ cart: [], visits: 0 })).toBe('{ "cart": [], "visits": 0 }')
})

it('breaks what does not', () => {
  const cart = [
    { item: 'Tea', qty: 2 },
    { item: 'Bread', qty: 1 },
  ]

  expect(printed({ cart, user: { name: 'Ada' } })).toBe(
    [
      '{',
      '  "cart": [',
      '    { "item": "Tea", "qty": 2 },',
      '    { "item": "Bread", "qty": 1 }',
      '  ],',
      '  "user": { "name": "Ada" }',
      '}',
    ].join('\n'),
  )
})

it('is JSON', () => {
  const value = { a: ['x'.repeat(100), { b: null, c: { d: '"\\' } }], '': true }

  expect(JSON.parse(printed(value))).toEqual(value)
})
