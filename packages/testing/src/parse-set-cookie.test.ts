import { describe, expect, it } from 'vitest'
import { parseSetCookie, type ParsedSetCookie } from './parse-set-cookie.ts'

const PLAIN: ParsedSetCookie = {
  name: 'a',
  value: 'b',
  domain: undefined,
  path: undefined,
  maxAge: undefined,
  expires: undefined,
  secure: false,
  httpOnly: false,
  sameSite: undefined,
  partitioned: false,
}

describe('a Set-Cookie line', () => {
  it.each<[string, Partial<ParsedSetCookie>]>([
    ['a=b', {}],
    ['  a =  b ; ', {}],
    ['a=b=c', { value: 'b=c' }],
    ['a="b"', { value: '"b"' }],
    ['%61=%62', { name: '%61', value: '%62' }],
    ['A=b', { name: 'A' }],
    ['a=', { value: '' }],
    ['=b', { name: '', value: 'b' }],
    ['b', { name: '', value: 'b' }],
    ['a=b; Path=/x; path=/y', { path: '/y' }],
    ['a=b; Path=x', {}],
    ['a=b; Domain=.Shop.Example', { domain: 'shop.example' }],
    ['a=b; Domain=', {}],
    ['a=b; MAX-AGE=60', { maxAge: 60 }],
    ['a=b; Max-Age=-1', { maxAge: -1 }],
    ['a=b; Max-Age=1.5', {}],
    ['a=b; Max-Age=', {}],
    ['a=b; Expires=Thu, 01 Jan 1970 00:00:10 GMT', { expires: 10 }],
    ['a=b; Expires=soon', {}],
    [
      'a=b; Secure; HttpOnly; Partitioned; SameSite=STRICT',
      { secure: true, httpOnly: true, partitioned: true, sameSite: 'strict' },
    ],
    ['a=b; SameSite=sometimes; Priority=High', {}],
    [`a=b; Path=/${'x'.repeat(1024)}`, {}],
    [`${'n'.repeat(10)}=${'v'.repeat(4086)}`, { name: 'n'.repeat(10), value: 'v'.repeat(4086) }],
  ])('%j is read by the rules of RFC 6265bis', (line, parts) => {
    expect(parseSetCookie(line)).toEqual({ ...PLAIN, ...parts })
  })

  it.each([
    ['', 'neither name nor value'],
    ['=; Path=/', 'neither name nor value'],
    ['a=b\u0000c', 'a control character'],
    ['a=b\r\nSet-Cookie: c=d', 'a control character'],
    [`${'n'.repeat(10)}=${'v'.repeat(4087)}`, 'name and value exceed 4096 bytes'],
    [`a=${'é'.repeat(2048)}`, 'name and value exceed 4096 bytes'],
  ])('%j is refused', (line, reason) => {
    expect(parseSetCookie(line)).toBe(reason)
  })
})
