import type { CookieOptions, SetCookie } from '@encrypted-session/core'
import { createMemoryJar, sealSession } from '@encrypted-session/testing'
import { NextRequest, NextResponse } from 'next/server.js'
import { describe, expect, it } from 'vitest'
import { checkWritable, cookieHeader, type CookieStore, setCookie } from './cookie-store.ts'
import { createScene } from './visit.fixture.ts'

/** A store as Next makes it of a Cookie header. */
function storeOf(cookie: string): Pick<CookieStore, 'getAll'> {
  return new NextRequest('https://shop.example', { headers: { cookie } }).cookies
}

describe('the Cookie header of a store', () => {
  it.each<[what: string, header: string, expected: string]>([
    ['a token as it is', 'session=AbC-_9.x', 'session=AbC-_9.x'],
    ['chunks', 'session=2.AbCdEf.xyz; session.1=AbCdEf.uvw', 'session=2.AbCdEf.xyz; session.1=AbCdEf.uvw'],
    ['an empty value', 'session=', 'session='],
    ['nothing', '', ''],
    ['a value that is no token, in other letters', 'session=%41%20b', 'session=A%20b'],
  ])('shows %s', (_, header, expected) => {
    expect(cookieHeader(storeOf(header))).toBe(expected)
  })

  it('lets no other cookie pass for ours, whatever text a visitor has put into it', async () => {
    const { sessions } = createScene()
    const { cookieHeader: stolen } = await sealSession(sessions, { subject: 'mallory' })
    const tossed = `search=${encodeURIComponent(`x; ${stolen}`)}`
    expect(await sessions.read(cookieHeader(storeOf(tossed)))).toMatchObject({ kind: 'anonymous' })
    expect(await sessions.read(cookieHeader(storeOf(stolen)))).toMatchObject({ subject: 'mallory' })
  })
})

describe('a cookie that is set', () => {
  it.each<[what: string, options: CookieOptions, persistent: boolean]>([
    ['by default', {}, false],
    ['on plain http', { secure: false }, false],
    ['for a subdomain', { domain: 'shop.example', name: '__Secure-session' }, false],
    ['for a path', { path: '/app' }, false],
    ['for embedding', { sameSite: 'none', partitioned: true }, false],
    ['for this site alone', { sameSite: 'strict' }, false],
    ['when the session stays', {}, true],
  ])('%s goes out as the core says it', async (_, options, persistent) => {
    const [cookie] = await written(options, persistent)
    expect(sent(cookie)).toEqual(partsOf(cookie?.text))
  })

  it('is deleted in both of the ways that browsers know', async () => {
    const [cookie] = await written({}, false)
    const cleared: SetCookie | undefined = cookie && { ...cookie, value: '', maxAge: 0 }
    expect(sent(cleared)).toMatchObject({
      '__Host-Http-session': '',
      'max-age': '0',
      expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
    })
  })

  async function written(cookie: CookieOptions, persistent: boolean): Promise<readonly SetCookie[]> {
    const jar = createMemoryJar()
    const { handle } = createScene({ cookie }).sessions.attach({}, jar)
    const session = await handle.open()
    session.data.note = 'written'
    session.persistent = persistent
    await handle.commit(200)
    return jar.cookies
  }

  /** What Next makes of it, in parts. */
  function sent(cookie: SetCookie | undefined): Record<string, string> {
    if (cookie === undefined) throw new Error('Nothing was written.')
    const response = new NextResponse()
    // The cast: the two stores differ in what they read, and `set` is the same function.
    setCookie(response.cookies as unknown as CookieStore, cookie)
    return partsOf(response.headers.getSetCookie()[0])
  }

  /** Names of attributes and `SameSite` are read by browsers without regard to case; `Expires` stands beside a `Max-Age` that overrules it. */
  function partsOf(text = ''): Record<string, string> {
    const parts = text.split('; ').map((part) => {
      const [name = '', value = ''] = part.split('=')
      return part.startsWith('__') || part.startsWith('session')
        ? [name, value]
        : [name.toLowerCase(), name === 'SameSite' ? value.toLowerCase() : value]
    })
    const { expires, ...others } = Object.fromEntries(parts) as Record<string, string>
    return others['max-age'] === '0' ? { ...others, expires: expires ?? '' } : others
  }
})

describe('a store that nobody may write to', () => {
  const refuse = (): never => {
    throw new Error('Cookies can only be modified in a Server Action or Route Handler.')
  }
  // The casts: what Next puts in the place of its methods while it renders.
  const sealed = { set: refuse, delete: refuse } as unknown as CookieStore
  const late = { set: () => refuse(), delete: () => refuse() } as unknown as CookieStore

  it('is found before anything is done, and the error says where to go', () => {
    expect(() => {
      checkWritable(sealed)
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_READONLY',
        message: expect.stringContaining('Server Action or a Route Handler') as unknown,
      }),
    )
  })

  it('is found at the latest when something is written', async () => {
    checkWritable(late)
    const jar = createMemoryJar()
    const { handle } = createScene().sessions.attach({}, jar)
    ;(await handle.open()).regenerate()
    await handle.commit(200)
    const [cookie] = jar.cookies
    expect(cookie).toBeDefined()
    expect(() => {
      setCookie(late, cookie!)
    }).toThrow(expect.objectContaining({ code: 'ERR_SESSION_READONLY', cause: expect.any(Error) as unknown }))
  })

  it('is no store of an action', () => {
    expect(() => {
      checkWritable(new NextResponse().cookies as unknown as CookieStore)
    }).not.toThrow()
  })
})
