import { expect, it } from 'vitest'
import { useServer } from './server.fixture.ts'

const server = useServer()

it.each([
  ['redirect', 307],
  ['notFound', 404],
  ['forbidden', 403],
  ['unauthorized', 401],
])('%s() keeps what the handler has changed, and no cache keeps the answer', async (how, status) => {
  const client = server.visitor()
  const response = await client.post(`/test/thrown?how=${how}`)

  expect(response.status).toBe(status)
  expect(response.setCookies).toEqual([expect.stringMatching(/^session=/u)])
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect((await client.get('/api/session')).json()).toMatchObject({ data: { note: how } })
})

it('without DEMO_TEST_ROUTES there is no such route', async () => {
  expect((await server.visitor().get('/test/nothing')).status).toBe(404)
})
