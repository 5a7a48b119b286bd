import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, it } from 'vitest'
import { createClient } from './client.ts'

const server = createServer((request, response) => void answer(request, response))
await new Promise<void>((resolve) => {
  server.listen(0, '127.0.0.1', resolve)
})
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
afterAll(() => {
  server.close()
})

/** Answers with what it was asked. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const path = new URL(request.url ?? '', url)
  for (const line of path.searchParams.getAll('set')) response.appendHeader('set-cookie', line)
  const redirect = path.searchParams.get('redirect')
  if (redirect !== null) {
    response.writeHead(Number(path.pathname.slice(1)), { location: redirect }).end()
    return
  }
  if (path.pathname === '/silent') return
  response.end(
    JSON.stringify({
      method: request.method,
      path: path.pathname,
      cookies: request.headersDistinct['cookie'] ?? [],
      type: request.headers['content-type'],
      extra: request.headers['x-extra'],
      body: Buffer.concat(chunks).toString(),
    }),
  )
}

const setting = (...lines: readonly string[]): string =>
  `/?${lines.map((line) => `set=${encodeURIComponent(line)}`).join('&')}`

it('keeps cookies from one request to the next, and shows the lines as they came', async () => {
  const client = createClient(url)
  const response = await client.get(setting('a=1; Path=/; HttpOnly', 'b=2'))
  expect(response.setCookies).toEqual(['a=1; Path=/; HttpOnly', 'b=2'])
  expect((await client.get('/')).json()).toMatchObject({ cookies: ['a=1; b=2'] })
  expect(client.cookieHeader).toBe('a=1; b=2')
})

it('says which cookies a browser would have refused', async () => {
  const response = await createClient(url).get(setting(`a=${'x'.repeat(4096)}`))
  expect(response.refused).toMatchObject([{ reason: 'name and value exceed 4096 bytes' }])
})

it('sends the Cookie header that the test has written, byte for byte, and does not keep it', async () => {
  const client = createClient(url)
  await client.get(setting('a=1'))
  const sent = async (cookie: string | readonly string[] | null): Promise<unknown> =>
    (await client.get('/', { cookie })).json<{ cookies: unknown }>().cookies
  expect(await sent('a=2; a=3;a=4')).toEqual(['a=2; a=3;a=4'])
  expect(await sent(['a=2', 'b=3'])).toEqual(['a=2', 'b=3'])
  expect(await sent(null)).toEqual([])
  expect(await sent('a=ключ')).toEqual([Buffer.from('a=ключ').toString('latin1')])
  expect(await sent('a')).toEqual(['a'])
  expect((await client.get('/')).json()).toMatchObject({ cookies: ['a=1'] })
})

it.each([
  [{ a: 1 }, 'application/json', '{"a":1}'],
  [new URLSearchParams({ a: 'b c' }), 'application/x-www-form-urlencoded', 'a=b+c'],
  ['text', 'text/plain; charset=utf-8', 'text'],
  [undefined, undefined, ''],
])('posts %j as %s', async (body, type, text) => {
  expect((await createClient(url).post('/x', body)).json()).toMatchObject({
    method: 'POST',
    body: text,
    ...(type && { type }),
  })
})

it('sends its own headers and those of the request', async () => {
  const client = createClient(url, { headers: { 'x-extra': 'client' } })
  expect((await client.get('/')).json()).toMatchObject({ extra: 'client' })
  expect((await client.get('/', { headers: { 'x-extra': 'request' } })).json()).toMatchObject({ extra: 'request' })
})

it('stays where it is unless it is told to follow', async () => {
  const response = await createClient(url).get('/302?redirect=/next')
  expect([response.status, response.headers.get('location')]).toEqual([302, '/next'])
})

it.each([
  [303, 'GET', ''],
  [302, 'GET', ''],
  [307, 'POST', '{"a":1}'],
  [308, 'POST', '{"a":1}'],
])('after %i it goes on with %s', async (status, method, body) => {
  const client = createClient(url)
  const response = await client.post(`/${status}?redirect=/next&set=a%3D1`, { a: 1 }, { redirect: 'follow' })
  expect(response.json()).toMatchObject({ method, body, path: '/next', cookies: ['a=1'] })
})

it('follows nobody to another origin, and nobody for ever', async () => {
  const client = createClient(url)
  expect((await client.get('/302?redirect=http://other.example/', { redirect: 'follow' })).status).toBe(302)
  expect((await client.get('/302?redirect=', { redirect: 'follow' })).status).toBe(302)
})

it('gives up on a server that does not answer', async () => {
  await expect(createClient(url, { timeoutMs: 50 }).get('/silent')).rejects.toThrow(
    'GET /silent was not answered within 50 ms',
  )
})
