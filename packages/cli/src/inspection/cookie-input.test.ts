import { describe, expect, it } from 'vitest'
import { UsageError } from '../failure.ts'
import { DEFAULT_NAMES, parseCookieInput } from './cookie-input.ts'

const TOKEN = `AQ${'x'.repeat(60)}`

describe('what is given to inspect', () => {
  it.each([
    ['a value alone', TOKEN, undefined, [...DEFAULT_NAMES], `session=${TOKEN}`],
    ['a value with a name', TOKEN, 'shop', ['shop'], `session=${TOKEN}`],
    ['a pair', ` session=${TOKEN}\n`, undefined, ['session'], `session=${TOKEN}`],
    ['a header', `Cookie: a=b; session=${TOKEN}`, undefined, ['session'], `a=b; session=${TOKEN}`],
    [
      'a Set-Cookie header',
      `set-cookie: shop=${TOKEN}; Path=/; Secure`,
      undefined,
      ['shop'],
      `shop=${TOKEN}; Path=/; Secure`,
    ],
    [
      'chunks',
      `shop=2.abcdef.${TOKEN}; shop.1=abcdef.x`,
      undefined,
      ['shop'],
      `shop=2.abcdef.${TOKEN}; shop.1=abcdef.x`,
    ],
    [
      'a name by default before one that looks like it',
      `shop=${TOKEN}; session=x`,
      undefined,
      ['session'],
      `shop=${TOKEN}; session=x`,
    ],
    ['a name of its own', 'shop=x', 'shop', ['shop'], 'shop=x'],
  ])('is %s', (_title, given, name, names, header) => {
    const input = parseCookieInput(given, name)
    expect(input.names).toEqual(names)
    expect(input.header('session')).toBe(header)
  })

  it.each([
    ['nothing', ' ', undefined],
    ['only a header name', 'Cookie: ', undefined],
    ['no cookie of ours', 'theme=dark; other=AQ', undefined],
    ['none of this name', `session=${TOKEN}`, 'shop'],
  ])('is refused: %s', (_title, given, name) => {
    expect(() => parseCookieInput(given, name)).toThrow(UsageError)
  })
})
