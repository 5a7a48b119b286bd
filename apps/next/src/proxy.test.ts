import type { ClientResponse } from '@encrypted-session/testing'
import { describe, expect, it } from 'vitest'
import { useServer } from './server.fixture.ts'

const server = useServer()

/** The messages that a page shows. */
function messages({ text }: ClientResponse): string[] {
  return Array.from(text.matchAll(/<p class="flash"[^>]*>(.*?)<span>/gu), ([, markup = '']) => shown(markup).trim())
}

/** What of markup can be read. */
function shown(markup: string): string {
  return markup.replaceAll(/<[^>]*>/gu, '')
}

describe('a session that it is time to extend', () => {
  it('is extended for what is rendered in the same request, and for the browser', async () => {
    const client = await server.dueVisitor()
    const before = client.cookieHeader
    const { text, setCookies } = await client.get('/')

    expect(setCookies).toHaveLength(1)
    expect(client.cookieHeader).not.toBe(before)
    expect(shown(text).includes(client.cookieHeader)).toBe(true)
    expect((await client.get('/')).setCookies).toEqual([])
  })

  it.each(['/', '/prerendered', '/pages-demo', '/test/component'])(
    'is extended on %s, which no cache may keep then',
    async (path) => {
      const { status, headers, setCookies } = await (await server.dueVisitor()).get(path)

      expect(status).toBe(200)
      expect(setCookies.length).toBeGreaterThan(0)
      expect(headers.get('cache-control')).toBe('private, no-store')
    },
  )

  it.each(['/page.css', '/icon.svg', '/api/untouched', '/_next/static/none.js'])(
    'is left alone on %s',
    async (path) => {
      expect((await (await server.dueVisitor()).get(path)).setCookies).toEqual([])
    },
  )

  it.each([
    ['the router of Next', { 'next-router-prefetch': '1', rsc: '1' }],
    ['a browser', { 'sec-purpose': 'prefetch' }],
  ])('is left alone where %s looks ahead', async (_who, headers) => {
    expect((await (await server.dueVisitor()).get('/', { headers })).setCookies).toEqual([])
  })
})

it('a page that is the same for everyone stays one that caches may keep', async () => {
  const client = server.visitor()
  await client.post('/api/login', { name: 'Ada' })
  const { headers, setCookies } = await client.get('/prerendered')

  expect(setCookies).toEqual([])
  expect(headers.get('cache-control')).toContain('s-maxage')
  expect(headers.get('vary')).not.toMatch(/\bcookie\b/iu)
})

describe('messages for the next page', () => {
  it('are shown once, also where it is time to extend the session', async () => {
    const client = await server.dueVisitor()
    await client.post('/api/flash', new URLSearchParams({ message: 'Saved' }))
    const first = await client.get('/')

    expect(messages(first)).toEqual(['Message Saved'])
    expect(first.setCookies).toHaveLength(1)
    expect(messages(await client.get('/'))).toEqual([])
    expect((await client.get('/api/session')).json()).toMatchObject({ subject: 'Ada' })
  })

  it('wait where the router of Next looks ahead', async () => {
    const client = server.visitor()
    await client.post('/api/flash', { message: 'Saved' })
    await client.get('/', { headers: { 'next-router-prefetch': '1', rsc: '1' } })

    expect(messages(await client.get('/'))).toEqual(['Message Saved'])
  })

  it('wait where Next itself fetches the page that an action redirects to, and drops its cookies', async () => {
    const client = server.visitor()
    await client.post('/api/flash', { message: 'Saved' })
    const fetched = await client.get('/', { headers: { 'x-action-redirect': '/;push', rsc: '1' } })

    expect([fetched.text.includes('Saved'), fetched.setCookies]).toEqual([false, []])
    expect(messages(await client.get('/'))).toEqual(['Message Saved'])
  })

  it.each(['%', 'rubbish', 'null', '%7B%7D', '%5B1%5D'])('are none where a prefetch brings %s', async (header) => {
    const { status } = await server
      .visitor()
      .get('/', { headers: { 'x-messages': header, 'next-router-prefetch': '1' } })

    expect(status).toBe(200)
  })

  it('are believed from nobody but the session', async () => {
    const headers = { 'x-messages': encodeURIComponent('["Forged"]') }

    expect(messages(await server.visitor().get('/', { headers }))).toEqual([])
  })
})

it('the scripts of the page have the nonce of its policy, which is another every time', async () => {
  const client = server.visitor()
  const nonces = [await client.get('/'), await client.get('/')].map(({ headers, text }) => {
    const nonce = /'nonce-([^']+)'/u.exec(headers.get('content-security-policy') ?? '')?.[1] ?? 'none'
    expect(text).toContain(`nonce="${nonce}"`)
    return nonce
  })

  expect(new Set(nonces).size).toBe(2)
})
