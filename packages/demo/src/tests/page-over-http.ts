import { type Bench, form, wordsOf } from './bench.ts'
import type { Runner } from './runner.ts'

/** The page and what stands around it, as they come over HTTP. */
export function describePageOverHttp({ visit, template }: Bench, { describe, expect, it }: Runner): void {
  const itOfTemplate = it.skipIf(template === 'own')

  describe('the page', () => {
    it('escapes what visitors put into their sessions', async () => {
      const client = await visit()
      const attack = `"'><script>alert(1)</script>`
      await client.post('/api/login', { name: attack })
      await client.post('/api/cart', { item: attack })
      await client.post('/api/note', { text: attack })
      await client.post('/api/flash', { message: attack })
      const { text } = await client.get('/')

      expect(text).toMatch(/value="&quot;&#(?:39|x27);&gt;&lt;script&gt;alert\(1\)/u)
      expect(text).not.toContain('<script>alert')
    })

    itOfTemplate('may run its own script and nothing else', async () => {
      const response = await (await visit()).get('/')

      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none';.*script-src 'self'/u)
      expect(response.headers.get('cache-control')).toBe('private, no-store')
      expect(response.text).not.toMatch(/ style=| onclick=|<script>/u)
    })

    it.each([
      ['/page.css', 'text/css; charset=utf-8', '{'],
      ['/page.js', 'text/javascript; charset=utf-8', 'EventSource'],
      ['/icon.svg', 'image/svg+xml', '<svg '],
    ])('has %s as %s, without a cookie', async (path, type, content) => {
      const response = await (await visit()).get(path)

      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe(type)
      expect(response.text).toContain(content)
      expect(response.setCookies).toEqual([])
    })

    it('is read without setting a cookie', async () => {
      const client = await visit()
      await client.post('/api/login', { name: 'Ada' })

      expect((await client.get('/')).setCookies).toEqual([])
    })

    itOfTemplate('shows the cookie that it sets itself', async () => {
      const client = await visit()
      await client.post('/api/flash', { message: 'Saved' })
      await client.post('/api/cart', { item: 'Tea' })
      const { text, setCookies } = await client.get('/')

      expect(setCookies).toHaveLength(1)
      expect(wordsOf(text)).toContain(client.cookieHeader)
    })

    it('says why the session was last written', async () => {
      const client = await visit()
      await client.post('/api/login', { name: 'Ada' })
      await client.post('/api/regenerate')

      expect((await client.get('/?did=id')).text).toContain('New id: ')
      await client.post('/api/cart', { item: 'Tea' })
      expect((await client.get('/?did=id')).text).not.toContain('New id: ')
    })

    it('keeps the theme in a cookie of its own and leaves the session alone', async () => {
      const client = await visit()
      const response = await client.post('/theme', form({ theme: 'dark' }))

      expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
      expect(response.setCookies).toEqual([expect.stringMatching(/^theme=dark;/u)])
      expect((await client.get('/')).text).toContain('data-theme="dark"')
      expect((await client.get('/nowhere', { headers: { accept: 'text/html' } })).text).toContain('data-theme="dark"')
      expect((await client.post('/theme', { theme: 'auto' })).json()).toEqual({ theme: 'auto' })
    })

    it('streams events without data, and sets nothing', async () => {
      const client = await visit()
      await client.post('/api/login', { name: 'Ada' })
      const response = await fetch(`${client.url}/events`, { headers: { cookie: client.cookieHeader } })
      // A GET that answers 200 has a body.
      const body = response.body as ReadableStream<Uint8Array>
      const reader = body.pipeThrough(new TextDecoderStream()).getReader()
      const first = await reader.read()
      await client.post('/api/cart', { item: 'Tea' })
      const { value } = await reader.read()
      await reader.cancel()

      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream\b/u)
      expect(response.headers.get('cache-control')).toContain('no-store')
      expect(response.headers.get('set-cookie')).toBeNull()
      expect(first.value).toBe('retry: 2000\n\n')
      expect(value).toMatch(/^id: \d+\ndata: <li [\s\S]*opened[\s\S]*<\/li>\n\n/u)
      expect(value).not.toMatch(/Ada|Tea/u)
    })

    it('HEAD of the events is answered at once', async () => {
      const { url } = await visit()
      const response = await fetch(`${url}/events`, { method: 'HEAD', signal: AbortSignal.timeout(5000) })

      expect(response.status).toBeLessThan(500)
    })
  })
}
