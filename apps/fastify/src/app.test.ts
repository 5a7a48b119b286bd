import { generateKey } from '@encrypted-session/core'
import type { RunningApp, StartOptions } from '@encrypted-session/demo'
import { createClient, createClock, createMemoryRevocation, type SessionClient } from '@encrypted-session/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { start } from './start.ts'

const aNumber: unknown = expect.any(Number)
const anId: unknown = expect.stringMatching(/^[0-9a-f]{32}$/u)
const aKeyId: unknown = expect.stringMatching(/^[0-9a-f]{8}$/u)

const keys = await generateKey()
const running: RunningApp[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()))
})

async function visit(options: StartOptions = {}): Promise<SessionClient & { readonly url: string }> {
  const app = await start({ keys, ...options })
  running.push(app)
  return Object.assign(createClient(app.url), { url: app.url })
}

function form(fields: Readonly<Record<string, string>> = {}): URLSearchParams {
  return new URLSearchParams(fields)
}

describe('answers', () => {
  it('a new visitor is described without a cookie', async () => {
    const response = await (await visit()).get('/api/session')

    expect(response.status).toBe(200)
    expect(response.json()).toEqual({
      origin: 'fresh',
      id: anId,
      subject: null,
      createdAt: aNumber,
      expiresAt: aNumber,
      data: { cart: [], visits: 0 },
      cookie: null,
    })
    expect(response.setCookies).toEqual([])
  })

  it('a login answers what the next read answers, but for the origin', async () => {
    const client = await visit({ now: createClock() })
    const login = await client.post('/api/login', { name: 'Ada' })
    const read = (await client.get('/api/session')).json<object>()

    expect(login.json()).toEqual({ ...read, origin: 'fresh' })
    expect(read).toMatchObject({
      origin: 'resumed',
      subject: 'Ada',
      data: { user: { name: 'Ada' } },
      cookie: {
        name: 'session',
        bytes: client.cookieHeader.length - 1,
        chunks: 1,
        keyId: aKeyId,
      },
    })
  })

  it('a form is answered with 303 to the page, and has the same effect', async () => {
    const client = await visit()
    const login = await client.post('/api/login', form({ name: 'Ada' }))

    expect([login.status, login.headers.get('location')]).toEqual([303, '/'])
    expect((await client.get('/api/session')).json()).toMatchObject({ subject: 'Ada' })
  })

  it.each([
    ['/api/note', 'note', /Kept: the cookie has \d+ bytes now\./u],
    ['/api/types', 'types', /Five kinds of values, all came back; the cookie has \d+ bytes now\./u],
    ['/api/regenerate', 'id', /New id: [0-9a-f]{8}…/u],
  ])('the form %s leads to a page that says what it did', async (path, did, sentence) => {
    const client = await visit()
    await client.post('/api/login', { name: 'Ada' })
    const elsewhere = await client.post(path, form({ text: 'Hello' }))
    const response = await client.post(`${path}?did=${did}`, form({ text: 'Hello' }))

    expect([elsewhere.status, elsewhere.headers.get('location')]).toEqual([303, '/'])
    expect([response.status, response.headers.get('location')]).toEqual([303, `/?did=${did}`])
    expect((await client.get(`/?did=${did}`)).text).toMatch(sentence)
  })

  it.each(['note', 'types', 'id', '<script>alert', 'note&did=id'])('what was not done is not said: %s', async (did) => {
    const client = await visit()
    await client.post('/api/login', { name: 'Ada' })
    await client.post('/api/cart', { item: 'Tea' })
    const response = await client.get(`/?did=${did}`)

    expect(response.status).toBe(200)
    expect(response.text).not.toMatch(/class="result|<script>alert/u)
  })

  it.each(['/tamper', '/copy'])('%s has nothing to do with a cookie that no server of ours wrote', async (path) => {
    const client = await visit()
    const response = await client.post(path, {}, { cookie: 'session="a b"' })
    expect(response.status).toBe(409)
  })

  it('the same item twice is one entry of two', async () => {
    const client = await visit()
    await client.post('/api/cart', { item: 'Tea' })
    await client.post('/api/cart', { item: 'Milk' })

    expect((await client.post('/api/cart', { item: 'Tea' })).json()).toMatchObject({
      data: {
        cart: [
          { item: 'Tea', qty: 2 },
          { item: 'Milk', qty: 1 },
        ],
      },
    })
  })

  it('a message waits until it is taken', async () => {
    const client = await visit()

    expect((await client.post('/api/flash', { message: 'Saved' })).json()).toEqual({ messages: ['Saved'] })
    expect((await client.get('/api/flash')).json()).toEqual({ messages: ['Saved'] })
    expect((await client.get('/api/flash')).json()).toEqual({ messages: [] })
  })

  it('a form switches "remember me" with text', async () => {
    const client = await visit()
    await client.post('/api/login', { name: 'Ada' })
    const on = await client.post('/api/persistent', form({ value: 'true' }))
    const off = await client.post('/api/persistent', { value: false })

    expect(on.setCookies[0]).toMatch(/; Max-Age=86\d{3};/u)
    expect(off.setCookies[0]).not.toContain('Max-Age')
  })

  it('values that JSON cannot carry come back as themselves and are shown as text', async () => {
    const client = await visit()
    expect((await client.get('/api/types')).json()).toMatchObject({ ok: false })
    const stored = await client.post('/api/types')

    expect(stored.json()).toMatchObject({
      data: {
        types: {
          bytes: 'AAF_gP8',
          date: '2026-01-02T03:04:05.678Z',
          map: [
            ['one', '1'],
            ['two', '2'],
          ],
          set: ['a', 'b'],
          bigint: '18446744073709551616',
        },
      },
    })
    expect((await client.get('/api/types')).json()).toEqual({
      ok: true,
      fields: { bytes: true, date: true, map: true, set: true, bigint: true, nested: true },
    })
    for (const path of ['/', '/api/session', '/api/flash', '/api/stream', '/api/redirect', '/api/untouched']) {
      expect((await client.get(path)).status, path).toBeLessThan(400)
    }
  })

  it.each([
    ['http', 401],
    ['error', 500],
  ])('a handler that throws (%s) answers %i', async (how, status) => {
    expect((await (await visit()).post('/api/fail', { how })).status).toBe(status)
  })
})

describe('what is refused', () => {
  it.each([
    ['/api/login', {}],
    ['/api/login', { name: '' }],
    ['/api/login', { name: 5 }],
    ['/api/login', { name: 'x'.repeat(61) }],
    ['/api/login', { name: '\ud800' }],
    ['/api/login', undefined],
    ['/api/login', { name: ' ' }],
    ['/api/cart', { item: ' \u00a0\t' }],
    ['/api/cart', { item: ['Tea'] }],
    ['/api/cart', form()],
    ['/api/note', { text: null }],
    ['/api/persistent', { value: 'yes' }],
    ['/api/fail', { how: 'otherwise' }],
    ['/theme', { theme: 'pink' }],
    ['/replay', { cookie: 'a; b=c' }],
  ])('%s with %j is a bad request, and nothing is set', async (path, body) => {
    const response = await (await visit()).post(path, body)

    expect(response.status).toBe(400)
    expect(response.text).toMatch(/body/u)
    expect(response.setCookies).toEqual([])
  })

  it('text that is no JSON is a bad request', async () => {
    const { url } = await visit()
    const response = await fetch(`${url}/api/login`, {
      method: 'POST',
      body: '{"name"',
      headers: { 'content-type': 'application/json' },
    })

    expect(response.status).toBe(400)
  })

  it('too much is refused with the size of every field, and the session stays', async () => {
    const client = await visit()
    await client.post('/api/note', { text: 'before' })
    const cookie = client.cookieHeader
    const text = Array.from({ length: 12_000 }, () => Math.floor(Math.random() * 36).toString(36)).join('')
    const response = await client.post('/api/note', { text })

    expect(response.status).toBe(413)
    expect(response.json()).toMatchObject({
      statusCode: 413,
      code: 'ERR_SESSION_TOO_LARGE',
      size: aNumber,
      limit: aNumber,
      fields: { note: 12_009, cart: aNumber, visits: aNumber },
    })
    expect(response.setCookies).toEqual([])
    expect(client.cookieHeader).toBe(cookie)
    expect((await client.get('/api/session')).json()).toMatchObject({ data: { note: 'before' } })
  })

  it('a form with too much gets a page that says so', async () => {
    const response = await (await visit()).post('/oversize', form())

    expect(response.status).toBe(413)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.text).toContain('That does not fit into the session')
    expect(response.text).toMatch(/It would need 12,\d{3} characters; two cookies hold 8,160\./u)
    expect(response.setCookies).toEqual([])
  })

  it.each([
    ['/api/cart', { item: '  ' }, 'Fill in the item: blanks alone are not enough.'],
    ['/api/login', {}, 'Fill in your name: blanks alone are not enough.'],
    ['/api/flash', { message: 'x'.repeat(201) }, 'Make the message shorter: 200 characters at most.'],
    ['/api/persistent', { value: 'yes' }, 'It did not arrive as this page sends it. Go back and try again.'],
  ])('the form %s with %j gets a page in plain words', async (path, fields, sentence) => {
    const response = await (await visit()).post(path, form(fields))

    expect(response.status).toBe(400)
    expect(response.text).toContain(sentence)
    expect(response.text).not.toContain('must ')
  })

  it.each([
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
  ])('a page that is not there is said to Accept: %s as %s', async (accept, type) => {
    const response = await (await visit()).get('/nowhere?a=b', { headers: { accept } })

    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('vary')).toBe('Accept')
    expect(response.text).toContain('Nothing answers GET /nowhere')
    expect(response.setCookies).toEqual([])
  })

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'nonsense'])(
    'a POST from %s is refused',
    async (origin) => {
      const client = await visit()
      const response = await client.post('/api/login', { name: 'Ada' }, { headers: { origin } })

      expect(response.status).toBe(403)
      expect(response.setCookies).toEqual([])
    },
  )

  it('a form from another site gets a page that says so', async () => {
    const origin = 'https://evil.example'
    const response = await (await visit()).post('/api/login', form({ name: 'Ada' }), { headers: { origin } })

    expect(response.status).toBe(403)
    expect(response.text).toContain('Not from this page')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('a POST from the page itself is not', async () => {
    const client = await visit()

    expect((await client.post('/api/login', { name: 'Ada' }, { headers: { origin: client.url } })).status).toBe(200)
  })
})

describe('logging out everywhere', () => {
  it('answers 501 without a revocation store, and nobody is logged out', async () => {
    const client = await visit()
    await client.post('/api/login', { name: 'Ada' })

    expect((await client.post('/api/logout-everywhere')).status).toBe(501)
    expect((await client.get('/api/session')).json()).toMatchObject({ subject: 'Ada' })
  })

  it('ends the sessions on other devices', async () => {
    const one = await visit({ revocation: createMemoryRevocation() })
    const other = createClient(one.url)
    await one.post('/api/login', { name: 'Ada' })
    await other.post('/api/login', { name: 'Ada' })

    expect((await one.post('/api/logout-everywhere')).json()).toMatchObject({ subject: null, cookie: null })
    expect(one.cookieHeader).toBe('')
    expect((await other.get('/api/session')).json()).toMatchObject({ origin: 'fresh', subject: null })
  })
})

describe('the page', () => {
  it('escapes what visitors put into their sessions', async () => {
    const client = await visit()
    const attack = `"'><script>alert(1)</script>`
    await client.post('/api/login', { name: attack })
    await client.post('/api/cart', { item: attack })
    await client.post('/api/note', { text: attack })
    await client.post('/api/flash', { message: attack })
    const { text } = await client.get('/')

    expect(text).toContain('&lt;script&gt;alert(1)')
    expect(text).not.toContain('<script>alert')
    expect(text).not.toContain(`"'>`)
  })

  it('may run its own script and nothing else', async () => {
    const response = await (await visit()).get('/')

    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none';.*script-src 'self'/u)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.text).not.toMatch(/ style=| onclick=|<script>/u)
  })

  it('is read without setting a cookie', async () => {
    const client = await visit()
    await client.post('/api/login', { name: 'Ada' })

    expect((await client.get('/')).setCookies).toEqual([])
  })

  it('shows the cookie that it sets itself', async () => {
    const client = await visit()
    await client.post('/api/flash', { message: 'Saved' })
    await client.post('/api/cart', { item: 'Tea' })
    const { text, setCookies } = await client.get('/')

    expect(setCookies).toHaveLength(1)
    expect(text.replaceAll(/<[^>]*>/gu, '')).toContain(client.cookieHeader)
  })

  it('keeps the theme in a cookie of its own and leaves the session alone', async () => {
    const client = await visit()
    const response = await client.post('/theme', form({ theme: 'dark' }))

    expect(response.status).toBe(303)
    expect(response.setCookies).toEqual([expect.stringMatching(/^theme=dark;/u)])
    expect((await client.get('/')).text).toContain('data-theme="dark"')
  })

  it('streams events without data, and sets nothing', async () => {
    const client = await visit()
    await client.post('/api/login', { name: 'Ada' })
    const response = await fetch(`${client.url}/events`, { headers: { cookie: client.cookieHeader } })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    await reader.read()
    await client.post('/api/cart', { item: 'Tea' })
    const { value } = await reader.read()
    await reader.cancel()

    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(value).toMatch(/^id: \d+\ndata: <li [\s\S]*opened[\s\S]*<\/li>\n\n/u)
    expect(value).not.toMatch(/Ada|Tea/u)
  })
})

describe('what the page offers to try', () => {
  it('a cookie with one character changed does not open, is not cleared, and opens again when changed back', async () => {
    const client = await visit()
    await client.post('/api/login', { name: 'Ada' })
    await client.post('/tamper')
    const read = await client.get('/api/session')

    expect(read.json()).toMatchObject({ origin: 'fresh', subject: null })
    expect(read.setCookies).toEqual([])
    await client.post('/tamper')
    expect((await client.get('/api/session')).json()).toMatchObject({ subject: 'Ada' })
  })

  it('a changed cookie is kept as long as it was', async () => {
    const client = await visit()
    await client.post('/api/login', { name: 'Ada' })
    await client.post('/api/persistent', { value: true })

    expect((await client.post('/tamper')).setCookies).toEqual([expect.stringMatching(/; Max-Age=86\d{3};/u)])
    expect((await client.post('/tamper')).setCookies).toEqual([expect.stringMatching(/; Max-Age=86\d{3};/u)])
  })

  it.each([
    ['still opens without a revocation store', {}, { outcome: 'opened', subject: 'Ada' }],
    ['is refused with one', { revocation: createMemoryRevocation() }, { outcome: 'refused', subject: null }],
  ])('a copy from before the logout %s', async (_title, options, expected) => {
    const client = await visit(options)
    await client.post('/api/login', { name: 'Ada' })
    const cookie = client.cookieHeader.slice('session='.length)

    expect((await client.post('/replay', { cookie })).json()).toEqual({ outcome: 'current', subject: 'Ada' })
    await client.post('/api/logout')
    expect((await client.post('/replay', { cookie })).json()).toEqual(expected)
  })

  it('without a cookie there is nothing to change or to copy', async () => {
    const client = await visit()

    expect((await client.post('/tamper')).status).toBe(409)
    expect((await client.post('/copy')).status).toBe(409)
  })
})
