import { describe, expect, test } from 'vitest'
import { type CookieOptions, createSetCookie, resolveAttributes } from './attributes.ts'

describe('the cookie’s options', () => {
  test('have safe defaults', () => {
    expect(resolveAttributes()).toEqual({
      name: '__Host-Http-session',
      secure: true,
      sameSite: 'lax',
      domain: undefined,
      path: '/',
      partitioned: false,
      maxChunks: 2,
    })
  })

  test('cannot be changed once they are checked', () => {
    expect(Object.isFrozen(resolveAttributes())).toBe(true)
  })

  test.each([
    { options: { secure: false }, name: 'session' },
    { options: { secure: false, domain: 'example.com' }, name: 'session' },
    { options: { domain: 'example.com' }, name: '__Secure-session' },
    { options: { path: '/app' }, name: '__Secure-session' },
    { options: { sameSite: 'none', partitioned: true }, name: '__Host-Http-session' },
  ] as const)('with $options name it $name, the strictest prefix that browsers then accept', ({ options, name }) => {
    expect(resolveAttributes(options).name).toBe(name)
  })

  test.each<{ readonly options: CookieOptions }>([
    { options: { name: 'sid' } },
    { options: { name: 'a'.repeat(128) } },
    { options: { name: "!#$%&'*+-.^_`|~09AZaz" } },
    { options: { name: '__Host-sid' } },
    { options: { name: '__host-sid' } },
    { options: { name: '__Http-sid', path: '/app' } },
    { options: { name: '__Secure-sid', domain: 'example.com', path: '/app' } },
    { options: { name: '__SECURE-sid', domain: 'example.com' } },
    { options: { name: '__Hostile' } },
    { options: { name: 'sid', secure: false, domain: 'example.com', path: '/app' } },
    { options: { domain: 'sub.Example-1.com' } },
    { options: { path: '/app/~user%20:' } },
    { options: { sameSite: 'strict' } },
    { options: { maxChunks: 1 } },
    { options: { maxChunks: 9 } },
  ])('may be $options', ({ options }) => {
    expect(resolveAttributes(options)).toMatchObject(options)
  })

  test.each([
    { why: 'an empty name', options: { name: '' }, message: /^cookie\.name must be/u },
    { why: 'a name of 129 characters', options: { name: 'a'.repeat(129) }, message: /^cookie\.name must be/u },
    { why: 'a name with a space', options: { name: 'my session' }, message: /^cookie\.name must be/u },
    { why: 'a name with "="', options: { name: 'a=b' }, message: /^cookie\.name must be/u },
    { why: 'a name with ";"', options: { name: 'a;b' }, message: /^cookie\.name must be/u },
    { why: 'a name with a line feed', options: { name: 'a\n' }, message: /^cookie\.name must be/u },
    { why: 'a name beyond ASCII', options: { name: 'é' }, message: /^cookie\.name must be/u },
    { why: 'a name that is no text', options: { name: 1 }, message: /^cookie\.name must be/u },
    {
      why: '__Host- without secure',
      options: { name: '__Host-sid', secure: false },
      message: /with __Host-, __Secure- or __Http- needs/u,
    },
    {
      why: '__Host- with a domain',
      options: { name: '__Host-sid', domain: 'example.com' },
      message: /with __Host- needs/u,
    },
    {
      why: '__Host- with a path',
      options: { name: '__Host-sid', path: '/app' },
      message: /with __Host- needs/u,
    },
    {
      why: '__Host-Http- with a path',
      options: { name: '__Host-Http-sid', path: '/app' },
      message: /with __Host- needs/u,
    },
    {
      why: '__host- in small letters with a path',
      options: { name: '__host-sid', path: '/app' },
      message: /with __Host- needs/u,
    },
    {
      why: '__Secure- without secure',
      options: { name: '__Secure-sid', secure: false },
      message: /with __Host-, __Secure- or __Http- needs/u,
    },
    {
      why: '__SECURE- in capitals without secure',
      options: { name: '__SECURE-sid', secure: false },
      message: /with __Host-, __Secure- or __Http- needs/u,
    },
    {
      why: '__Http- without secure',
      options: { name: '__Http-sid', secure: false },
      message: /with __Host-, __Secure- or __Http- needs/u,
    },
    {
      why: 'a domain with a name without prefix',
      options: { name: 'sid', domain: 'example.com' },
      message: /^cookie\.domain needs/u,
    },
    {
      why: 'a domain with the prefix __Http-',
      options: { name: '__Http-sid', domain: 'example.com' },
      message: /^cookie\.domain needs/u,
    },
    {
      why: 'sameSite "none" without secure',
      options: { sameSite: 'none', secure: false },
      message: /^cookie\.sameSite none and .* need cookie\.secure/u,
    },
    {
      why: 'partitioned without secure',
      options: { partitioned: true, secure: false },
      message: /and cookie\.partitioned need cookie\.secure/u,
    },
    { why: 'an empty domain', options: { domain: '' }, message: /^cookie\.domain must be/u },
    { why: 'a domain with a leading dot', options: { domain: '.example.com' }, message: /^cookie\.domain must be/u },
    { why: 'a domain that ends in a dot', options: { domain: 'example.com.' }, message: /^cookie\.domain must be/u },
    { why: 'a domain with a port', options: { domain: 'example.com:8080' }, message: /^cookie\.domain must be/u },
    {
      why: 'a domain that smuggles an attribute',
      options: { domain: 'example.com; Path=/x' },
      message: /^cookie\.domain must be/u,
    },
    {
      why: 'a domain with the Kelvin sign',
      options: { domain: '\u{212A}.example' },
      message: /^cookie\.domain must be/u,
    },
    { why: 'a path without a leading slash', options: { path: 'app' }, message: /^cookie\.path must begin/u },
    { why: 'an empty path', options: { path: '' }, message: /^cookie\.path must begin/u },
    {
      why: 'a path that smuggles an attribute',
      options: { path: '/;Domain=example.com' },
      message: /^cookie\.path must begin/u,
    },
    { why: 'a path with a space', options: { path: '/my app' }, message: /^cookie\.path must begin/u },
    { why: 'a path with a line feed', options: { path: '/app\n' }, message: /^cookie\.path must begin/u },
    { why: 'a path beyond ASCII', options: { path: '/é' }, message: /^cookie\.path must begin/u },
    { why: 'no chunks', options: { maxChunks: 0 }, message: /^cookie\.maxChunks must be 1 to 9/u },
    { why: 'ten chunks', options: { maxChunks: 10 }, message: /^cookie\.maxChunks must be 1 to 9/u },
    { why: 'a chunk and a half', options: { maxChunks: 1.5 }, message: /^cookie\.maxChunks must be 1 to 9/u },
  ])('refuse $why', ({ options, message }) => {
    // The cast lets the table hold what JavaScript callers can pass.
    expect(() => resolveAttributes(options as CookieOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTIONS_INVALID', message: expect.stringMatching(message) as string }),
    )
  })
})

describe('a Set-Cookie header', () => {
  test.each<{ readonly options: CookieOptions; readonly maxAge: number | undefined; readonly text: string }>([
    { options: {}, maxAge: undefined, text: '__Host-Http-session=v; Path=/; Secure; HttpOnly; SameSite=Lax' },
    { options: {}, maxAge: 3600, text: '__Host-Http-session=v; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax' },
    { options: { secure: false }, maxAge: undefined, text: 'session=v; Path=/; HttpOnly; SameSite=Lax' },
    {
      options: { domain: 'example.com', path: '/app', sameSite: 'strict' },
      maxAge: undefined,
      text: '__Secure-session=v; Domain=example.com; Path=/app; Secure; HttpOnly; SameSite=Strict',
    },
    {
      options: { sameSite: 'none', partitioned: true },
      maxAge: undefined,
      text: '__Host-Http-session=v; Path=/; Secure; HttpOnly; SameSite=None; Partitioned',
    },
  ])('for $options and an age of $maxAge is "$text"', ({ options, maxAge, text }) => {
    const attributes = resolveAttributes(options)
    expect(createSetCookie(attributes)(attributes.name, 'v', maxAge)).toEqual({
      name: attributes.name,
      value: 'v',
      maxAge,
      attributes,
      text,
    })
  })

  test('that deletes says so in both ways, and carries the attributes that find the cookie', () => {
    const attributes = resolveAttributes({ domain: 'example.com', path: '/app' })
    expect(createSetCookie(attributes)('__Secure-session.1', '', 0).text).toBe(
      '__Secure-session.1=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=example.com; Path=/app; Secure; HttpOnly; SameSite=Lax',
    )
  })
})
