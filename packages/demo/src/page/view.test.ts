import { expect, it } from 'vitest'
import { deedOf } from './view.ts'

it.each([
  ['note', 'note'],
  ['types', 'types'],
  ['id', 'id'],
  ['<script>', undefined],
  [['note'], undefined],
  [undefined, undefined],
])('?did=%s is %s', (value, expected) => {
  expect(deedOf(value)).toBe(expected)
})
