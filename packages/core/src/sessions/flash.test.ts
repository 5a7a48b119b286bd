import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFlash, encodeFlash, flashMessage } from './flash.ts'

describe('flash text', () => {
  it('of no messages is none', () => {
    expect(encodeFlash([])).toBeUndefined()
    expect(decodeFlash(undefined)).toEqual([])
  })

  it('is a list of pairs, in the order the messages were added', () => {
    expect(
      encodeFlash([
        { kind: 'info', text: 'Saved' },
        { kind: 'error', text: '' },
      ]),
    ).toBe('[["info","Saved"],["error",""]]')
  })

  it('gives back the messages it was made of', () => {
    // Any UTF-16 at all, lone surrogates too.
    const text = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCodePoint(code)), maxLength: 12 })
    const message = fc.record({ kind: text, text })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
        expect(decodeFlash(encodeFlash(messages))).toEqual(messages)
      }),
    )
  })

  it.each([
    '',
    '{',
    '{}',
    'null',
    '[1]',
    '[[]]',
    '[["a"]]',
    '[["a","b","c"]]',
    '[["a",1]]',
    '[[1,"a"]]',
    '[{"0":"a","1":"b"}]',
  ])('that is %j is none', (text) => {
    expect(decodeFlash(text)).toBeUndefined()
  })
})

describe('flashMessage', () => {
  it.each<[kind: unknown, text: unknown]>([
    [undefined, 'x'],
    ['x', undefined],
    [1, 'x'],
    ['x', {}],
    [null, null],
  ])('refuses %j and %j', (kind, text) => {
    expect(() => flashMessage(kind as string, text as string)).toThrow(
      expect.objectContaining({ code: 'ERR_DATA_INVALID' }),
    )
  })
})
