import { describe, expect, test } from 'vitest'
import { forbidStoring, varyByCookie } from './caching.ts'
import type { CookieJar } from './jar.ts'

/** A response that has headers and nothing else. */
function jarOf(headers: Map<string, string>): CookieJar {
  return {
    get: () => undefined,
    set: () => undefined,
    revise(header, change) {
      const revised = change(headers.get(header))
      if (revised !== undefined) headers.set(header, revised)
    },
  }
}

describe('a response that depends on the cookie', () => {
  test.each([
    { before: [], vary: 'Cookie' },
    { before: [['vary', '']], vary: 'Cookie' },
    { before: [['vary', ' ']], vary: 'Cookie' },
    { before: [['vary', 'Accept']], vary: 'Accept, Cookie' },
    { before: [['vary', 'Accept, Origin']], vary: 'Accept, Origin, Cookie' },
    { before: [['vary', 'Cookie-Consent']], vary: 'Cookie-Consent, Cookie' },
    { before: [['vary', 'Cookie']], vary: 'Cookie' },
    { before: [['vary', 'Accept,cookie']], vary: 'Accept,cookie' },
    { before: [['vary', 'COOKIE , Accept']], vary: 'COOKIE , Accept' },
    { before: [['vary', '*']], vary: '*' },
    { before: [['vary', 'Accept, *']], vary: 'Accept, *' },
  ] as const)('with the headers $before says "Vary: $vary"', ({ before, vary }) => {
    const headers = new Map<string, string>(before)
    varyByCookie(jarOf(headers))
    expect(Object.fromEntries(headers)).toEqual({ vary })
  })
})

describe('a response that must not be stored', () => {
  test.each([
    { before: [], after: { 'cache-control': 'private, no-store' } },
    { before: [['cache-control', 'public, max-age=600']], after: { 'cache-control': 'private, no-store' } },
    {
      before: [
        ['cdn-cache-control', 'max-age=600'],
        ['surrogate-control', 'max-age=600'],
        ['vercel-cdn-cache-control', 'max-age=600'],
        ['cloudflare-cdn-cache-control', 'max-age=600'],
      ],
      after: {
        'cache-control': 'private, no-store',
        'cdn-cache-control': 'private, no-store',
        'surrogate-control': 'private, no-store',
        'vercel-cdn-cache-control': 'private, no-store',
        'cloudflare-cdn-cache-control': 'private, no-store',
      },
    },
    {
      before: [
        ['etag', '"1"'],
        ['vary', 'Accept'],
      ],
      after: { 'cache-control': 'private, no-store', etag: '"1"', vary: 'Accept' },
    },
  ] as const)('with the headers $before has $after', ({ before, after }) => {
    const headers = new Map<string, string>(before)
    forbidStoring(jarOf(headers))
    expect(Object.fromEntries(headers)).toEqual(after)
  })
})
