import { expect, it } from 'vitest'
import { printable, printableColours } from './printable.ts'

const OBEYED = 'a\u007F\u009B31m\u009D\u202Eb\u2066\u200Fc\u2028\u0000\t\r\u001B]0;d\u0007'
const WRITTEN_OUT = String.raw`a\u007f\u009b31m\u009d\u202eb\u2066\u200fc\u2028\u0000\u0009\u000d\u001b]0;d\u0007`

it('writes out what terminals obey, and what turns the order of text around', () => {
  expect(printable(`${OBEYED}\u001B[1m`)).toBe(String.raw`${WRITTEN_OUT}\u001b[1m`)
  expect(printableColours(`${OBEYED}\u001B[2J`)).toBe(String.raw`${WRITTEN_OUT}\u001b[2J`)
})

it('leaves everything else as it is', () => {
  const text = 'Zürich 東京 \u{1F468}\u200D\u{1F469}\n'
  expect(printable(text)).toBe(text)
  const coloured = `${text}\u001B[1mbold\u001B[22m`
  expect(printableColours(coloured)).toBe(coloured)
})
