import { type Bench, form, type ServerKind, wordsOf } from './bench.ts'
import type { Runner } from './runner.ts'

/** What the page offers to try against the session. */
export function describeBreaking({ visit }: Bench, { describe, expect, it }: Runner): void {
  describe('what the page offers to try', () => {
    it('a cookie with one character changed does not open, is not cleared, and opens again when changed back', async () => {
      const client = await visit()
      await client.post('/api/login', { name: 'Ada' })
      expect((await client.post('/tamper')).json()).toEqual({ tampered: true })
      const read = await client.get('/api/session')

      expect(read.json()).toMatchObject({ origin: 'fresh', subject: null })
      expect(read.setCookies).toEqual([])
      expect((await client.post('/tamper', form())).status).toBe(303)
      expect((await client.get('/api/session')).json()).toMatchObject({ subject: 'Ada' })
    })

    it('a changed cookie is kept as long as it was', async () => {
      const client = await visit()
      await client.post('/api/login', { name: 'Ada' })
      await client.post('/api/persistent', { value: true })

      for (let count = 0; count < 2; count++) {
        await client.post('/tamper')
        // As the browser sees it: Koa says Expires where others say Max-Age.
        const seconds = client.cookies.list().map(({ expiresAt = 0 }) => expiresAt - Math.floor(Date.now() / 1000))
        expect(seconds).toEqual([expect.closeTo(86_400, -2)])
      }
    })

    it.each<[string, ServerKind, object]>([
      ['still opens without a revocation store', 'plain', { outcome: 'opened', subject: 'Ada' }],
      ['is refused with one', 'revocation', { outcome: 'refused', subject: null }],
    ])('a copy from before the logout %s', async (_title, kind, expected) => {
      const client = await visit(kind)
      await client.post('/api/login', { name: 'Ada' })
      const cookie = client.cookieHeader.slice('session='.length)

      expect((await client.post('/replay', { cookie })).json()).toEqual({ outcome: 'current', subject: 'Ada' })
      await client.post('/api/logout')
      expect((await client.post('/replay', { cookie })).json()).toEqual(expected)
    })

    it('a copy is kept beside the session, for the page only', async () => {
      const client = await visit()
      await client.post('/api/login', { name: 'Ada' })
      const cookie = client.cookieHeader.slice('session='.length)
      const { setCookies, ...response } = await client.post('/copy')

      expect(response.json()).toEqual({ copied: true })
      expect(setCookies).toEqual([expect.stringContaining(`demo-copy=${cookie};`)])
      expect(setCookies[0]).toMatch(/; HttpOnly/iu)
      expect(wordsOf((await client.get('/')).text)).toContain(`A copy is kept that ends in ${cookie.slice(-8)}`)
    })

    it('without a cookie there is nothing to change or to copy', async () => {
      const client = await visit()

      expect((await client.post('/tamper')).status).toBe(409)
      expect((await client.post('/copy')).json()).toMatchObject({ statusCode: 409, code: 'DEMO_NO_COOKIE' })
    })

    it.each(['/tamper', '/copy'])('%s has nothing to do with a cookie that no server of ours wrote', async (path) => {
      const response = await (await visit()).post(path, {}, { cookie: 'session="a b"' })

      expect(response.status).toBe(409)
    })
  })
}
