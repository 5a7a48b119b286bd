import { describe, expect, it } from 'vitest'
import { createBrowserCookies } from './browser-cookies.ts'
import { createClock } from './clock.ts'

const HTTPS = new URL('https://www.shop.example/cart/items')
const HTTP = new URL('http://www.shop.example/')

describe('a browser', () => {
  it.each([
    ['a=1', HTTPS, 'a=1'],
    ['a=1; Domain=shop.example', HTTPS, 'a=1'],
    ['a=1; Domain=other.example', HTTPS, 'Domain is not the host or above it'],
    ['a=1; Domain=op.example', HTTPS, 'Domain is not the host or above it'],
    ['a=1; Domain=0.0.1', new URL('http://127.0.0.1'), 'Domain is not the host or above it'],
    ['a=1; Secure', HTTP, 'Secure from plain http'],
    ['a=1; Secure', new URL('http://127.0.0.1:3000'), 'a=1'],
    ['a=1; Secure', new URL('http://localhost:3000'), 'a=1'],
    ['a=1; SameSite=None', HTTPS, 'SameSite=None without Secure'],
    ['a=1; Partitioned', HTTPS, 'Partitioned without Secure'],
    ['__Secure-a=1', HTTPS, 'a prefix that needs Secure'],
    ['__secure-a=1; Secure', HTTPS, '__secure-a=1'],
    ['__Host-a=1; Secure; Path=/', HTTPS, '__Host-a=1'],
    ['__Host-a=1; Secure', HTTPS, 'the prefix __Host- needs Path=/ and no Domain'],
    ['__HOST-a=1; Secure; Path=/; Domain=www.shop.example', HTTPS, 'the prefix __Host- needs Path=/ and no Domain'],
    ['__Host-Http-a=1; Secure; Path=/', HTTPS, 'the prefix __Http- needs HttpOnly'],
    ['__Host-Http-a=1; Secure; Path=/; HttpOnly', HTTPS, '__Host-Http-a=1'],
    ['__Http-a=1; HttpOnly', HTTPS, 'a prefix that needs Secure'],
  ])('takes %j from %s, or says why not', (line, url, expected) => {
    const browser = createBrowserCookies()
    const [refused] = browser.store(url, [line])
    expect(refused?.reason ?? browser.headerFor(url)).toBe(expected)
  })

  it.each([
    ['a=1', 'https://www.shop.example/cart', 'a=1'],
    ['a=1', 'https://www.shop.example/cart/', 'a=1'],
    ['a=1', 'https://www.shop.example/cartoon', undefined],
    ['a=1', 'https://www.shop.example/', undefined],
    ['a=1; Path=/', 'https://www.shop.example/', 'a=1'],
    ['a=1; Path=/', 'https://shop.example/', undefined],
    ['a=1; Path=/', 'https://x.www.shop.example/', undefined],
    ['a=1; Path=/; Domain=shop.example', 'https://other.shop.example/', 'a=1'],
    ['a=1; Path=/', 'http://www.shop.example/', 'a=1'],
    ['a=1; Path=/; Secure', 'http://www.shop.example/', undefined],
  ])('that holds %j sends to %s: %s', (line, url, expected) => {
    const browser = createBrowserCookies()
    browser.store(HTTPS, [line])
    expect(browser.headerFor(new URL(url))).toBe(expected)
  })

  it('sends longer paths first, and of equals the older one', () => {
    const browser = createBrowserCookies()
    browser.store(HTTPS, ['b=1; Path=/', 'a=1; Path=/', 'c=1; Path=/cart', 'b=2; Path=/'])
    expect(browser.headerFor(HTTPS)).toBe('c=1; b=2; a=1')
  })

  it.each([
    'a=; Max-Age=0; Path=/',
    'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/',
    'a=; Max-Age=-5; Expires=Thu, 01 Jan 2099 00:00:00 GMT; Path=/',
  ])('deletes a cookie at %j, a careless one too', (line) => {
    for (const ignoreMaxAge of [false, true]) {
      const browser = createBrowserCookies({ ignoreMaxAge })
      browser.store(HTTPS, ['a=1; Path=/', line])
      expect(browser.list()).toEqual([])
    }
  })

  it('deletes the cookie of exactly that path', () => {
    const browser = createBrowserCookies()
    browser.store(HTTPS, ['a=1; Path=/', 'a=2; Path=/cart', 'a=; Max-Age=0; Path=/cart'])
    expect(browser.headerFor(HTTPS)).toBe('a=1')
  })

  it('lets a cookie go when its Max-Age is over, which counts before Expires', () => {
    const now = createClock(1_800_000_000)
    const browser = createBrowserCookies({ now })
    const careless = createBrowserCookies({ now, ignoreMaxAge: true })
    for (const each of [browser, careless]) {
      each.store(HTTPS, ['a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT'])
    }
    now.advance(59)
    expect(browser.headerFor(HTTPS)).toBe('a=1')
    now.advance(1)
    expect([browser.headerFor(HTTPS), careless.headerFor(HTTPS)]).toEqual([undefined, 'a=1'])
  })

  it('keeps nothing longer than 400 days', () => {
    const browser = createBrowserCookies({ now: createClock(0) })
    browser.store(HTTPS, ['a=1; Max-Age=99999999'])
    expect(browser.list()[0]?.expiresAt).toBe(400 * 86_400)
  })

  it('that is closed forgets what has no end of its own', () => {
    const browser = createBrowserCookies()
    browser.store(HTTPS, ['a=1', 'b=1; Max-Age=60'])
    browser.closeBrowser()
    expect(browser.headerFor(HTTPS)).toBe('b=1')
    browser.clear()
    expect(browser.list()).toEqual([])
  })
})
