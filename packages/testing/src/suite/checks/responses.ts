import { deepEqual, equal, ok } from 'node:assert/strict'
import type { ClientResponse } from '../../client.ts'
import { read, type Server, signedIn } from '../bench.ts'
import { check, type CheckGroup } from '../check.ts'
import { onlyCookie, sets, setsNothing } from '../expect.ts'

/** Points 7 and 12: every kind of response carries the session, and none carries somebody else's. */
export const responses: CheckGroup = {
  title: 'redirects, streams, errors',
  checks: [
    check('a redirect carries what the handler changed', [], async ({ server }) => {
      const client = (await server()).client()
      const response = await client.get('/api/redirect')
      ok([302, 303, 307].includes(response.status), `status ${response.status}`)
      onlyCookie(response)
      equal(
        (await client.get(response.headers.get('location') ?? '')).json<{ data: { visits: number } }>().data.visits,
        1,
      )
    }),
    check('a form login answers with a redirect that carries the session', [], async ({ server }) => {
      const client = (await server()).client()
      const response = await client.post('/api/login', new URLSearchParams({ name: 'Ada' }))
      equal(response.status, 303)
      onlyCookie(response)
      equal((await read(client)).subject, 'Ada')
    }),
    check('a streamed body carries what the handler changed before it began', [], async ({ server }) => {
      const client = (await server()).client()
      const response = await client.get('/api/stream')
      equal(response.status, 200)
      ok(response.text.length > 0)
      onlyCookie(response)
      equal((await read(client)).data.visits, 1)
    }),
    check('HEAD carries what the handler changed', ['head'], async ({ server }) => {
      const client = (await server()).client()
      const response = await client.request('HEAD', '/api/redirect')
      equal(response.text, '')
      onlyCookie(response)
      equal((await read(client)).data.visits, 1)
    }),
    check('304 carries what the handler changed', ['/test/not-modified'], async ({ server }) => {
      const client = (await server()).client()
      onlyCookie(await client.get('/test/not-modified'))
      const response = await client.get('/test/not-modified', { headers: { 'if-none-match': '"1"' } })
      equal(response.status, 304)
      onlyCookie(response)
      equal((await read(client)).data.visits, 2)
    }),
    check("the framework's HTTP error carries what the handler changed", [], async ({ server }) => {
      const client = (await server()).client()
      const response = await client.post('/api/fail', { how: 'http', note: 'kept' })
      equal(response.status, 401)
      onlyCookie(response)
      equal((await read(client)).data.note, 'kept')
    }),
    check("a destroy before the framework's HTTP error clears", [], async ({ server }) => {
      const client = await signedIn(await server())
      const response = await client.post('/api/fail', { how: 'http', destroy: true })
      equal(response.status, 401)
      sets(response, [], ['session'])
    }),
    check('an error that nobody expected drops what the handler changed', [], async ({ server }) => {
      const app = await server()
      const client = await signedIn(app)
      const response = await client.post('/api/fail', { how: 'error', note: 'dropped' })
      equal(response.status, 500)
      setsNothing(response)
      const { subject, data } = await read(client)
      deepEqual([subject, data.note], ['Ada', undefined])
    }),
    check('what an unexpected error dropped is told as an event', ['events'], async ({ server }) => {
      const app = await server()
      const client = await signedIn(app)
      const events = await app.during(() => client.post('/api/fail', { how: 'error', note: 'dropped' }))
      deepEqual(
        events.flatMap((event) => (event.type === 'uncommitted' ? [event.reason] : [])),
        ['failed-response'],
      )
    }),
    check('a destroy before an unexpected error still clears', [], async ({ server }) => {
      const client = await signedIn(await server())
      const response = await client.post('/api/fail', { how: 'error', destroy: true })
      equal(response.status, 500)
      sets(response, [], ['session'])
      equal((await read(client)).origin, 'fresh')
    }),
    check(
      'one error object, thrown to two users, gives each his own session',
      ['/test/shared-error'],
      async ({ server }) => {
        const app = await server()
        await gives(app, (text) => ['POST', '/test/shared-error', { text }], 401)
        const client = await signedIn(app)
        onlyCookie(await client.post('/test/shared-error', { text: 'once' }))
        setsNothing(await client.post('/test/shared-error', { text: 'once' }))
      },
    ),
    check(
      'one response object, returned to two users, gives each his own session',
      ['/test/shared-response'],
      async ({ server }) => {
        await gives(await server(), () => ['GET', '/test/shared-response', undefined], 204)
      },
    ),
  ],
}

/** Three users, one after the other and at once: each response holds the session of the one who asked, and only where there is something to write. */
async function gives(
  app: Server,
  request: (text: string) => readonly [string, string, object | undefined],
  status: number,
): Promise<void> {
  const names = ['Ada', 'Grace', 'Edsger']
  const clients = await Promise.all(names.map(async (name) => ({ name, client: await signedIn(app, name) })))
  const visit = async ({ name, client }: (typeof clients)[number], text: string): Promise<ClientResponse> => {
    const [method, path, body] = request(text)
    const response = await client.request(method, path, body === undefined ? {} : { body })
    equal(response.status, status)
    equal((await read(client)).subject, name)
    return response
  }
  for (const each of clients) onlyCookie(await visit(each, `first of ${each.name}`))
  for (const response of await Promise.all(clients.map((each) => visit(each, `second of ${each.name}`)))) {
    onlyCookie(response)
  }
}
