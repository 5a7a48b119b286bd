import { createClient } from '@encrypted-session/testing'
import { type Bench, form } from './bench.ts'
import type { Runner } from './runner.ts'

/** `POST /api/logout-everywhere`, with and without a store. */
export function describeLogoutEverywhere({ visit }: Bench, { describe, expect, it }: Runner): void {
  describe('logging out everywhere', () => {
    it('answers 501 without a revocation store, and nobody is logged out', async () => {
      const client = await visit()
      await client.post('/api/login', { name: 'Ada' })
      const [asJson, asPage] = [
        await client.post('/api/logout-everywhere'),
        await client.post('/api/logout-everywhere', form()),
      ]

      expect([asJson.status, asPage.status]).toEqual([501, 501])
      expect(asJson.json()).toMatchObject({ statusCode: 501, code: 'DEMO_NO_REVOCATION', error: 'Not Implemented' })
      expect(asPage.text).toContain('That needs a revocation store')
      expect((await client.get('/api/session')).json()).toMatchObject({ subject: 'Ada' })
    })

    it('ends the sessions on other devices', async () => {
      const one = await visit('revocation')
      const other = createClient(one.url)
      await one.post('/api/login', { name: 'Grace' })
      await other.post('/api/login', { name: 'Grace' })

      expect((await one.post('/api/logout-everywhere')).json()).toMatchObject({ subject: null, cookie: null })
      expect(one.cookieHeader).toBe('')
      expect((await other.get('/api/session')).json()).toMatchObject({ origin: 'fresh', subject: null })
    })

    it('is done with for those who are not signed in', async () => {
      const client = await visit('revocation')

      expect((await client.post('/api/logout-everywhere')).status).toBe(200)
    })
  })
}
