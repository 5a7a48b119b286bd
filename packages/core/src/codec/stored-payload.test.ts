import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packStoredPayload, unpackStoredPayload } from './stored-payload.ts'

describe('a stored payload', () => {
  test.each([
    { form: 'plain', payload: [0x7b, 0x7d], bytes: [0, 0x7b, 0x7d] },
    { form: 'deflated', payload: [0xab, 0x56], bytes: [1, 0xab, 0x56] },
    { form: 'plain', payload: [], bytes: [0] },
  ] as const)('that is $form is $bytes: one byte for the form, then itself', ({ form, payload, bytes }) => {
    expect([...packStoredPayload({ form, payload: Uint8Array.from(payload) })]).toEqual(bytes)
    expect(unpackStoredPayload(Uint8Array.from(bytes))).toEqual({ form, payload: Uint8Array.from(payload) })
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(fc.constantFrom('plain', 'deflated'), fc.uint8Array(), (form, payload) => {
        expect(unpackStoredPayload(packStoredPayload({ form, payload }))).toEqual({ form, payload })
      }),
    )
  })

  test.each([
    { why: 'nothing', bytes: [] },
    { why: 'a form that is not known', bytes: [2, 0x7b, 0x7d] },
    { why: 'a payload without its form', bytes: [0x7b, 0x7d] },
  ])('is refused: $why', ({ bytes }) => {
    expect(unpackStoredPayload(Uint8Array.from(bytes))).toBeUndefined()
  })
})
