import { expect, it } from 'vitest'
import { heldCookies } from './held-cookies.ts'

it.each([
  ['nothing', undefined, [], []],
  ['what was sent', 'theme=dark; session=a', [], ['session=a']],
  ['what is set', 'session=a', ['session=b; Path=/; HttpOnly'], ['session=b']],
  [
    'what is not deleted',
    'session=a; session.1=b',
    ['session=c; Path=/', 'session.1=; Max-Age=0; Path=/'],
    ['session=c'],
  ],
  ['chunks in their order', 'session.1=b; session=a', [], ['session=a', 'session.1=b']],
  ['no cookie of a like name', 'session.10=a; session-old=b; sessio=c; session.x=d', [], []],
])('a browser holds %s', (_title, sent, set, expected) => {
  expect(heldCookies('session', sent, set).map(({ name, value }) => `${name}=${value}`)).toEqual(expected)
})
