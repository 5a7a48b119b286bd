import { expect, it } from 'vitest'
import { tampered } from './tamper.ts'

it.each(['AAAA', 'AQx_-9z', '2.abcdef.AAAAAAAAAAAAAAAAAAAAAA'])('changes one character of %s, and back', (value) => {
  const changed = tampered(value)

  expect(changed.split('').filter((character, index) => character !== value[index])).toHaveLength(1)
  expect(tampered(changed)).toBe(value)
})
