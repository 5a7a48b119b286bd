import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { forged, overtaken, post, read, type SessionAnswer, signedIn } from '../bench.ts'
import { check, type CheckGroup } from '../check.ts'
import { onlyCookie, setsNothing } from '../expect.ts'

/** Points 8 and 13: several requests at once, and several openings in one. */
export const concurrency: CheckGroup = {
  title: 'requests at the same time',
  checks: [
    check(
      'two openings in one request share one session, which is written once',
      ['/test/twice'],
      async ({ server }) => {
        const client = await signedIn(await server())
        const response = await post(client, '/test/twice', { text: 'seen by both' })
        deepEqual(response.json(), { same: true, note: 'seen by both' })
        onlyCookie(response)
        equal((await read(client)).data.note, 'seen by both')
      },
    ),
    check('requests with one cookie at the same time do not see each other', ['/test/slow'], async ({ server }) => {
      const app = await server()
      const { cookieHeader: cookie } = await signedIn(app)
      const texts = Array.from({ length: 10 }, (_, index) => `note ${index}`)
      const answers = await Promise.all(
        texts.map(async (text, index) => {
          const response = await app.client().post('/test/slow', { ms: 60 - index * 5, text }, { cookie })
          equal(response.status, 200, `POST /test/slow: ${response.text}`)
          return response.json<SessionAnswer>().data.note
        }),
      )
      deepEqual(answers, texts)
      equal((await read(app.client(), cookie)).data.note, undefined)
    }),
    check('a change by one request is not there for another with the old cookie', [], async ({ server }) => {
      const app = await server()
      const { cookieHeader: cookie } = await signedIn(app)
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => app.client().post('/api/cart', { item: 'tea' }, { cookie })),
      )
      deepEqual(
        answers.map(({ status }) => status),
        answers.map(() => 200),
      )
      deepEqual(
        answers.map((answer) => answer.json<SessionAnswer>().data.cart),
        answers.map(() => [{ item: 'tea', qty: 1 }]),
      )
    }),
    check('many users at once each get their own session', [], async ({ server }) => {
      const app = await server()
      const names = Array.from({ length: 20 }, (_, index) => `user${index}`)
      const clients = await Promise.all(names.map((name) => signedIn(app, name)))
      await Promise.all(clients.map((client, index) => post(client, '/api/note', { text: names[index] })))
      const answers = await Promise.all(clients.map((client) => read(client)))
      deepEqual(
        answers.map(({ subject, data }) => [subject, data.note]),
        names.map((name) => [name, name]),
      )
      equal(new Set(answers.map(({ id }) => id)).size, names.length)
    }),
    check(
      'a login survives another tab that polls with a cookie that is not believed',
      ['/test/slow'],
      async ({ server }) => {
        const app = await server()
        const client = app.client()
        client.cookies.set(new URL(app.url), 'session', 'of-another-deployment')
        setsNothing(
          await overtaken(client.post('/test/slow', { ms: 200 }), () => post(client, '/api/login', { name: 'Ada' })),
        )
        equal((await read(client)).subject, 'Ada')
      },
    ),
    check(
      'a login survives another tab that polls with the cookie from before',
      ['/test/slow'],
      async ({ keys, server }) => {
        const app = await server({ absolute: 7200, idle: 600, extendAfter: 60 })
        const client = app.client()
        client.cookies.set(
          new URL(app.url),
          'session',
          (await forged({ keys }, { data: { cart: [], visits: 1 } })).slice('session='.length),
        )
        const before = await read(client)
        setsNothing(
          await overtaken(client.post('/test/slow', { ms: 200 }), () => post(client, '/api/login', { name: 'Ada' })),
        )
        const after = await read(client)
        equal(after.subject, 'Ada')
        notEqual(after.id, before.id)
      },
    ),
  ],
}
