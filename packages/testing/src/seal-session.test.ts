import { createSessions, days, generateKey, parseKeyring, type Sessions } from '@encrypted-session/core'
import { describe, expect, it } from 'vitest'
import { createBrowserCookies } from './browser-cookies.ts'
import { sealSession } from './seal-session.ts'

interface Visit {
  cart: string[]
}

const keys = await generateKey()
const create = (secure = true): Sessions<Visit> =>
  createSessions({
    keyring: () => parseKeyring(keys),
    initial: (): Visit => ({ cart: [] }),
    cookie: { secure },
    lifetime: { absolute: days(7), idle: 'off' },
  })

describe('a sealed session', () => {
  it('opens in the app as the session of that subject', async () => {
    const { cookieHeader } = await sealSession(create(), {
      subject: 'ada',
      data: { cart: ['tea'] },
      flash: [{ kind: 'info', text: 'hello' }],
    })
    const view = await create().read(cookieHeader)
    expect(view).toMatchObject({
      kind: 'session',
      subject: 'ada',
      data: { cart: ['tea'] },
      persistent: false,
    })
    expect(view.kind === 'session' && view.flash.peek()).toEqual([{ kind: 'info', text: 'hello' }])
  })

  it('without any content is the session of a visitor whom the app knows already', async () => {
    const { cookieHeader } = await sealSession(create())
    expect(await create().read(cookieHeader)).toMatchObject({ kind: 'session', subject: undefined, data: { cart: [] } })
  })

  it('gives Set-Cookie lines that a browser keeps', async () => {
    const url = new URL('https://shop.example/')
    const { setCookies, cookieHeader } = await sealSession(create(), { subject: 'ada' })
    const browser = createBrowserCookies()
    expect(browser.store(url, setCookies)).toEqual([])
    expect(browser.headerFor(url)).toBe(cookieHeader)
  })

  it('gives all the chunks of a large session', async () => {
    const data = { cart: Array.from({ length: 150 }, () => crypto.randomUUID()) }
    const sealed = await sealSession(create(), { data })
    expect(sealed.cookiesFor('https://shop.example').map(({ name }) => name)).toEqual([
      '__Host-Http-session',
      '__Host-Http-session.1',
    ])
    expect(await create().read(sealed.cookieHeader)).toMatchObject({ data })
  })

  it('gives Playwright a cookie of the host that goes with the browser', async () => {
    const sealed = await sealSession(create(false), { subject: 'ada' })
    const [cookie] = sealed.cookiesFor('http://127.0.0.1:3000/login')
    expect(cookie).toEqual({
      name: 'session',
      value: sealed.cookieHeader.slice('session='.length),
      domain: '127.0.0.1',
      path: '/',
      expires: -1,
      httpOnly: true,
      secure: false,
      sameSite: 'Lax',
    })
    expect(sealed.storageStateFor('http://127.0.0.1:3000')).toEqual({ cookies: [cookie], origins: [] })
  })

  it('gives Playwright the moment at which a persistent session ends', async () => {
    const [cookie] = (await sealSession(create(), { subject: 'ada', persistent: true })).cookiesFor(
      'https://shop.example',
    )
    expect(Math.abs((cookie?.expires ?? 0) - (Date.now() / 1000 + days(7)))).toBeLessThan(3)
    expect(cookie?.secure).toBe(true)
  })

  it('gives Playwright a cookie of the subdomains where the app shares it with them', async () => {
    const sessions = createSessions({ keyring: () => parseKeyring(keys), cookie: { domain: 'shop.example' } })
    const [cookie] = (await sealSession(sessions, { subject: 'ada' })).cookiesFor('https://www.shop.example')
    expect(cookie?.domain).toBe('.shop.example')
  })
})
