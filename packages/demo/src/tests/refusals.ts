import { type Bench, form } from './bench.ts'
import type { Runner } from './runner.ts'

/** What is refused, and how people and programs are told. */
export function describeRefusals({ visit }: Bench, { describe, expect, it }: Runner): void {
  const aNumber: unknown = expect.any(Number)

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
      ['/api/note', { text: null }],
      ['/api/flash', { message: '' }],
      ['/api/persistent', { value: 'yes' }],
      ['/api/fail', { how: 'otherwise' }],
      ['/theme', { theme: 'pink' }],
      ['/replay', { cookie: 'a; b=c' }],
    ])('%s with %j is a bad request that says so as JSON, and nothing is set', async (path, body) => {
      const response = await (await visit()).post(path, body)

      expect(response.status).toBe(400)
      expect(response.json()).toEqual({
        statusCode: 400,
        code: 'DEMO_BODY_INVALID',
        error: 'Bad Request',
        message: expect.stringMatching(/^body[/ ]/u) as unknown,
      })
      expect(response.setCookies).toEqual([])
    })

    it.each([
      ['/api/login', { name: '𝒜'.repeat(60) }],
      ['/api/cart', { item: 'x'.repeat(200) }],
      ['/api/note', { text: '' }],
    ])('%s takes what just fits', async (path, body) => {
      expect((await (await visit()).post(path, body)).status).toBe(200)
    })

    it.each(['/api/logout', '/api/regenerate', '/api/types'])(
      'nothing at all that calls itself JSON is no body, and %s needs none',
      async (path) => {
        const { url } = await visit()
        const response = await fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        })

        expect(response.status).toBe(200)
      },
    )

    it('a form that asks to fail may end the session first, too', async () => {
      const client = await visit()
      await client.post('/api/login', { name: 'Ada' })
      const response = await client.post('/api/fail', form({ how: 'error', destroy: 'true' }))

      expect(response.status).toBe(500)
      expect(response.setCookies).toEqual([expect.stringMatching(/^session=;.* Max-Age=0\b/u)])
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
      expect(response.headers.get('content-type')).toMatch(/^application\/json/u)
      expect(response.headers.get('cache-control')).toContain('no-store')
      expect(response.json()).toEqual({
        statusCode: 413,
        code: 'ERR_SESSION_TOO_LARGE',
        error: 'Content Too Large',
        message: expect.any(String) as unknown,
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
      ['/api/cart', {}, 'Fill in the item: blanks alone are not enough.'],
      ['/api/login', {}, 'Fill in your name: blanks alone are not enough.'],
      ['/api/flash', { message: 'x'.repeat(201) }, 'Make the message shorter: 200 characters at most.'],
      ['/api/persistent', { value: 'yes' }, 'It did not arrive as this page sends it. Go back and try again.'],
    ])('the form %s with %j gets a page in plain words', async (path, fields, sentence) => {
      const response = await (await visit()).post(path, form(fields))

      expect(response.status).toBe(400)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
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
      expect(response.headers.get('vary')).toMatch(/\baccept\b/iu)
      expect(response.text).toContain('Nothing answers GET /nowhere here.')
      expect(response.setCookies).toEqual([])
    })

    it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'nonsense'])(
      'a POST from %s is refused',
      async (origin) => {
        const client = await visit()
        const response = await client.post('/api/login', { name: 'Ada' }, { headers: { origin } })

        expect(response.status).toBe(403)
        expect(response.json()).toMatchObject({ statusCode: 403, code: 'DEMO_FOREIGN_ORIGIN', error: 'Forbidden' })
        expect(response.setCookies).toEqual([])
      },
    )

    it.each(['/theme', '/tamper', '/copy', '/oversize', '/api/types', '/api/logout'])(
      'so is a POST to %s',
      async (path) => {
        const client = await visit()
        await client.post('/api/login', { name: 'Ada' })
        const response = await client.post(path, form({ theme: 'dark' }), {
          headers: { origin: 'https://evil.example' },
        })

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
      const response = await client.post('/api/login', { name: 'Ada' }, { headers: { origin: client.url } })

      expect(response.status).toBe(200)
    })
  })
}
