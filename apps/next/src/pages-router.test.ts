import { expect, it } from 'vitest'
import { useServer } from './server.fixture.ts'

const server = useServer()

it('getServerSideProps changes the session, and an API route reads it', async () => {
  const client = server.visitor()
  await client.post('/api/login', { name: 'Ada' })
  const first = await client.get('/pages-demo')
  const second = await client.get('/pages-demo')

  expect(first.setCookies).toHaveLength(1)
  expect(first.headers.get('cache-control')).toBe('private, no-store')
  expect(second.text).toContain('Signed in as Ada')
  expect((await client.get('/api/session')).json()).toMatchObject({ data: { visits: 2 } })
})

it('an API route changes the session, and answers with it', async () => {
  const client = server.visitor()
  await client.post('/api/pages-session', { item: 'Tea' })
  const response = await client.post('/api/pages-session', { item: 'Tea' })

  expect(response.json()).toEqual({ subject: null, cart: [{ item: 'Tea', qty: 2 }] })
  expect(response.setCookies).toHaveLength(1)
  expect((await client.get('/api/session')).json()).toMatchObject({ data: { cart: [{ item: 'Tea', qty: 2 }] } })
})

it.each([
  [400, { item: '' }, {}],
  [403, { item: 'Tea' }, { origin: 'https://evil.example' }],
])('an API route answers %i to %j from %j, and sets nothing', async (status, body, headers) => {
  const response = await server.visitor().post('/api/pages-session', body, { headers })

  expect(response.status).toBe(status)
  expect(response.setCookies).toEqual([])
})
