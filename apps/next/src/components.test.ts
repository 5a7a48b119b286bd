import { expect, it } from 'vitest'
import { useServer } from './server.fixture.ts'

const server = useServer()

it('a component reads the session, cannot change what it has read, and is told where to write', async () => {
  const client = server.visitor()
  await client.post('/api/login', { name: 'Ada' })
  await client.post('/api/cart', { item: 'Tea' })
  const { text, setCookies } = await client.get('/test/component')

  expect(JSON.parse(/<pre>(.*)<\/pre>/u.exec(text)?.[1]?.replaceAll('&quot;', '"') ?? '')).toEqual({
    subject: 'Ada',
    cart: [{ item: 'Tea', qty: 1 }],
    change: 'TypeError',
    write: 'ERR_SESSION_READONLY',
  })
  expect(setCookies).toEqual([])
})
