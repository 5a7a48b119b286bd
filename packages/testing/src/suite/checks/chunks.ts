import { randomBytes } from 'node:crypto'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { forged, post, read, signedIn } from '../bench.ts'
import { check, type CheckGroup } from '../check.ts'
import { sets, setsNothing } from '../expect.ts'

/** Point 6: sessions that are larger than one cookie. */
export const chunks: CheckGroup = {
  title: 'large sessions',
  checks: [
    check('a session larger than one cookie is split over two, and comes back whole', [], async ({ server }) => {
      const client = await signedIn(await server())
      const text = incompressible(4500)
      sets(await post(client, '/api/note', { text }), ['session', 'session.1'])
      const { subject, data, cookie } = await read(client)
      deepEqual([subject, data.note, cookie?.chunks], ['Ada', text, 2])
      setsNothing(await client.get('/api/session'))
    }),
    check('a session that shrinks leaves no chunk behind', [], async ({ server }) => {
      const client = await signedIn(await server())
      await post(client, '/api/note', { text: incompressible(4500) })
      const { id } = await read(client)
      sets(await post(client, '/api/note', { text: 'short' }), ['session'], ['session.1'])
      deepEqual(
        client.cookies.list().map(({ name }) => name),
        ['session'],
      )
      const after = await read(client)
      deepEqual([after.id, after.data.note], [id, 'short'])
    }),
    check('growing, shrinking and growing again loses nothing', [], async ({ server }) => {
      const client = await signedIn(await server())
      for (const size of [10, 4500, 20, 4800, 4500, 3000, 0, 4600]) {
        const text = incompressible(size)
        await post(client, '/api/note', { text })
        const { subject, data } = await read(client)
        deepEqual([subject, data.note], ['Ada', text])
      }
    }),
    check('logout removes every chunk', [], async ({ server }) => {
      const client = await signedIn(await server())
      await post(client, '/api/note', { text: incompressible(4500) })
      sets(await post(client, '/api/logout'), [], ['session', 'session.1'])
      deepEqual(client.cookies.list(), [])
    }),
    check('a session that does not fit is refused with 413, and the one before stays', [], async ({ server }) => {
      const client = await signedIn(await server())
      await post(client, '/api/note', { text: 'before' })
      const response = await client.post('/api/note', { text: incompressible(20_000) })
      equal(response.status, 413)
      ok(response.text.includes('note'), 'the answer names the field that is large')
      setsNothing(response)
      equal((await read(client)).data.note, 'before')
    }),
    check('a chunk that is left over is ignored by reading and removed by writing', [], async ({ keys, server }) => {
      const app = await server()
      const cookie = `${await forged({ keys }, { subject: 'Ada' })}; session.1=AAAAAA.left-over`
      const reading = await app.client().get('/api/session', { cookie })
      equal(reading.json<{ subject: string }>().subject, 'Ada')
      setsNothing(reading)
      sets(await app.client().post('/api/cart', { item: 'tea' }, { cookie }), ['session'], ['session.1'])
    }),
    check('a chunk of an earlier writing does not pass for one of this', [], async ({ server }) => {
      const app = await server()
      const client = await signedIn(app)
      await post(client, '/api/note', { text: incompressible(4500) })
      const earlier = client.cookieHeader.split('; ')
      await post(client, '/api/note', { text: incompressible(4500) })
      const later = client.cookieHeader.split('; ')
      await app.rejects(['chunks-incomplete'], async () =>
        equal((await read(app.client(), `${later[0]}; ${earlier[1]}`)).origin, 'fresh'),
      )
    }),
  ],
}

/** Text that deflate cannot make much shorter: three quarters remain. */
function incompressible(length: number): string {
  return randomBytes(length).toString('base64url').slice(0, length)
}
