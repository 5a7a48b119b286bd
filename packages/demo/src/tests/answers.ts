import { type Bench, form } from './bench.ts'
import type { Runner } from './runner.ts'

/** What the routes answer when all is well. */
export function describeAnswers({ visit }: Bench, { describe, expect, it }: Runner): void {
  const aNumber: unknown = expect.any(Number)
  const anId: unknown = expect.stringMatching(/^[0-9a-f]{32}$/u)
  const aKeyId: unknown = expect.stringMatching(/^[0-9a-f]{8}$/u)

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
      const client = await visit()
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

    it.each(['note', 'types', 'id', '<script>alert', 'note&did=id'])(
      'what was not done is not said: %s',
      async (did) => {
        const client = await visit()
        await client.post('/api/login', { name: 'Ada' })
        await client.post('/api/cart', { item: 'Tea' })
        const response = await client.get(`/?did=${did}`)

        expect(response.status).toBe(200)
        expect(response.text).not.toMatch(/class="result|<script>alert/u)
      },
    )

    it('the same item twice is one entry of two', async () => {
      const client = await visit()
      await client.post('/api/cart', { item: 'Tea' })
      await client.post('/api/cart', { item: 'Milk' })
      const again = await client.post('/api/cart', { item: 'Tea' })

      expect(again.json()).toMatchObject({
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

      expect(on.setCookies[0]).toMatch(/; Max-Age=86\d{3}(?:;|$)/u)
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
    ])('a handler that fails (%s) answers %i', async (how, status) => {
      expect((await (await visit()).post('/api/fail', { how })).status).toBe(status)
    })
  })
}
