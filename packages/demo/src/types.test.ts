import { expect, it } from 'vitest'
import { compareTypes, sampleTypes } from './types.ts'

it('values of the same class are the same', () => {
  expect(compareTypes(sampleTypes()).ok).toBe(true)
})

it('bytes of another class are not', () => {
  expect(compareTypes({ ...sampleTypes(), bytes: Buffer.from(sampleTypes().bytes) })).toMatchObject({
    ok: false,
    fields: { bytes: false, date: true },
  })
})

it('nothing stored is not', () => {
  expect(compareTypes(undefined).ok).toBe(false)
})
