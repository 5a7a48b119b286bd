import { deepEqual, equal, ok } from 'node:assert/strict'
import { forged, post, present, read, signedIn } from '../bench.ts'
import { check, type CheckGroup } from '../check.ts'
import { onlyCookie, sets, setsNothing } from '../expect.ts'

/** Point 1: who brings nothing gets nothing. */
export const anonymous: CheckGroup = {
  title: 'visitors who bring nothing, and routes that do not look',
  checks: [
    check('an anonymous visitor who reads gets no cookie', [], async ({ server }) => {
      const client = (await server()).client()
      const response = await client.get('/api/session')
      equal(response.json<{ origin: string }>().origin, 'fresh')
      setsNothing(response)
    }),
    check('the page gives an anonymous visitor no cookie', [], async ({ server }) => {
      const response = await (await server()).client().get('/')
      equal(response.status, 200)
      setsNothing(response)
    }),
    check('the first change of an anonymous visitor sets one cookie', [], async ({ server }) => {
      const client = (await server()).client()
      onlyCookie(await post(client, '/api/cart', { item: 'tea' }))
      const { origin, subject, data } = await read(client)
      deepEqual(
        { origin, subject, cart: data.cart },
        { origin: 'resumed', subject: null, cart: [{ item: 'tea', qty: 1 }] },
      )
    }),
    check('reading a session writes nothing', [], async ({ server }) => {
      const client = await signedIn(await server())
      setsNothing(await client.get('/api/session'))
      setsNothing(await client.get('/'))
    }),
    check('a route that does not touch the session sets nothing, with any cookie', [], async ({ keys, server }) => {
      const aged = await server({ keys, idle: 600, extendAfter: 60, absolute: 7200 })
      const client = aged.client()
      const due = await forged({ keys, at: present() - 300 }, { subject: 'Ada' })
      for (const cookie of [null, due, 'session=rubbish', 'session=']) {
        const response = await client.get('/api/untouched', { cookie })
        deepEqual([response.status, response.text], [200, 'ok'])
        setsNothing(response)
      }
    }),
    check('a route that does not touch the session does not vary by cookie', ['vary'], async ({ server }) => {
      const client = await signedIn(await server())
      const response = await client.get('/api/untouched')
      ok(!(response.headers.get('vary') ?? '').toLowerCase().includes('cookie'))
    }),
    check('a session in which nothing is left is removed', [], async ({ server }) => {
      const client = (await server()).client()
      onlyCookie(await post(client, '/api/flash', { message: 'hello' }))
      const taken = await client.get('/api/flash')
      equal(taken.json<{ messages: unknown[] }>().messages.length, 1)
      sets(taken, [], ['session'])
      equal(client.cookieHeader, '')
    }),
  ],
}
