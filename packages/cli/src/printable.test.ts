import { expect, it } from 'vitest'
import { printable } from './printable.ts'

it('writes out what terminals obey beside C0, and what turns the order of text around', () => {
  expect(printable('a\u007F\u009B31m\u009D\u202Eb\u2066\u200Fc\u2028')).toBe(
    String.raw`a\u007f\u009b31m\u009d\u202eb\u2066\u200fc\u2028`,
  )
})

it('leaves everything else as it is', () => {
  const text = 'Zürich 東京 \u{1F468}\u200D\u{1F469}\n\u001B[1mbold\u001B[22m'
  expect(printable(text)).toBe(text)
})
