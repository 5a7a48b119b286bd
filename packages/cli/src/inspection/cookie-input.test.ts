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
    ['a value in quotes', `"${TOKEN}"`, 'shop', ['shop'], `session=${TOKEN}`],
    [
      'the headers of a request',
      `Host: localhost:3000\r\nCookie: a=b; session=${TOKEN}\r\nReferer: http://localhost/?q=1\r\n`,
      undefined,
      ['session'],
      `session=${TOKEN}`,
    ],
    [
      'a copy as cURL',
      `curl 'http://localhost:3000/?q=1' \\\n  -H 'accept: text/html;q=0.9' \\\n  -b 'theme=dark; session=${TOKEN}' \\\n  --compressed`,
      undefined,
      ['session'],
      `session=${TOKEN}`,
    ],
    [
      'a copy as cURL on Windows',
      `curl ^"http://localhost/^" ^\r\n  -H ^"Cookie: shop=${TOKEN}^" ^`,
      undefined,
      ['shop'],
      `shop=${TOKEN}`,
    ],
    [
      'what seal prints for curl',
      `curl --cookie session=${TOKEN} http://x`,
      undefined,
      ['session'],
      `session=${TOKEN}`,
    ],
    [
      'two chunks on two lines',
      `session=2.abcdef.${TOKEN}\nsession.1=abcdef.x\n`,
      undefined,
      ['session'],
      `session=2.abcdef.${TOKEN}; session.1=abcdef.x`,
    ],
    [
      'rows of the table of a browser',
      `session\t2.abcdef.${TOKEN}\tlocalhost\t/\nsession.1\tabcdef.${TOKEN}\tlocalhost`,
      undefined,
      ['session'],
      `session=2.abcdef.${TOKEN}; session.1=abcdef.${TOKEN}`,
    ],
    [
      'the file in which curl keeps cookies',
      `# Netscape\n#HttpOnly_localhost\tFALSE\t/\tTRUE\t0\t__Host-Http-session\t${TOKEN}\n`,
      undefined,
      ['__Host-Http-session'],
      `__Host-Http-session=${TOKEN}`,
    ],
    ['the same cookie twice', `session=${TOKEN}\nsession=${TOKEN}`, undefined, ['session'], `session=${TOKEN}`],
    [
      'two that differ',
      `session=${TOKEN}\nsession=${TOKEN}x`,
      undefined,
      ['session'],
      `session=${TOKEN}; session=${TOKEN}x`,
    ],
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
    ['headers without a cookie of ours', 'Host: x\nAccept: text/html;q=0.9', undefined],
    ['some text', 'keys.json is a file', undefined],
  ])('is refused: %s', (_title, given, name) => {
    expect(() => parseCookieInput(given, name)).toThrow(UsageError)
  })
})
