import { deepEqual, equal, ok } from 'node:assert/strict'
import { forged, post, present, read } from '../bench.ts'
import { check, type CheckGroup } from '../check.ts'
import { onlyCookie, setsNothing } from '../expect.ts'

/** Point 11: the server's own limits, whatever the browser keeps. */
export const time: CheckGroup = {
  title: 'lifetime',
  checks: [
    check(
      'a session ends with its absolute lifetime although the browser still sends the cookie',
      [],
      async ({ timedServer }) => {
        const app = await timedServer({ absolute: 3, idle: 3, extendAfter: 1 })
        const client = app.client({ ignoreMaxAge: true })
        await post(client, '/api/login', { name: 'Ada' })
        await post(client, '/api/persistent', { value: true })
        equal((await read(client)).subject, 'Ada')
        await app.pass(3)
        equal((await client.get('/api/session')).json<{ subject: unknown }>().subject, null)
        ok(client.cookieHeader !== '')
      },
    ),
    check('an absolute lifetime is not lengthened by visits', [], async ({ keys, server }) => {
      const app = await server({ absolute: 3600, idle: 600, extendAfter: 60 })
      const client = app.client()
      client.cookies.set(new URL(app.url), 'session', await token(keys, 500))
      const { createdAt, expiresAt } = await read(client)
      const response = await post(client, '/api/note', { text: 'still here' })
      onlyCookie(response)
      const after = await read(client)
      equal(after.createdAt, createdAt)
      ok(
        after.expiresAt > expiresAt && after.expiresAt <= createdAt + 3600,
        `expires at ${after.expiresAt}, created at ${createdAt}`,
      )
    }),
    check('a session is alive until its absolute lifetime and ends with it', [], async ({ keys, server }) => {
      const app = await server({ absolute: 600, idle: 600, extendAfter: 60 })
      equal((await read(app.client(), `session=${await token(keys, 590)}`)).subject, 'Ada')
      await app.rejects(['expired'], async () => {
        const response = await app.client().get('/api/session', { cookie: `session=${await token(keys, 601)}` })
        equal(response.json<{ subject: unknown }>().subject, null)
        setsNothing(response)
      })
    }),
    check('a session that was not used ends with its idle lifetime', [], async ({ keys, server }) => {
      const app = await server({ absolute: 7200, idle: 600, extendAfter: 60 })
      await app.rejects(['idle'], async () => {
        const response = await app.client().get('/api/session', { cookie: `session=${await token(keys, 601)}` })
        equal(response.json<{ subject: unknown }>().subject, null)
        setsNothing(response)
      })
    }),
    check('a visit extends the idle lifetime, but not at every request', [], async ({ keys, server }) => {
      const app = await server({ absolute: 7200, idle: 600, extendAfter: 60 })
      const client = app.client()
      const cookie = `session=${await token(keys, 90)}`
      const recent = await app.client().get('/api/session', { cookie: `session=${await token(keys, 30)}` })
      setsNothing(recent)
      onlyCookie(await client.get('/api/session', { cookie }))
      const [before, after] = [recent.json<Answer>(), await read(client)]
      deepEqual([after.subject, after.data], [before.subject, before.data])
      ok(after.expiresAt - after.createdAt >= 690, 'idle counts from the visit')
      setsNothing(await client.get('/api/session'))
    }),
    check('a page that the browser loads ahead of the visitor extends nothing', [], async ({ keys, server }) => {
      const app = await server({ absolute: 7200, idle: 600, extendAfter: 60 })
      const cookie = `session=${await token(keys, 90)}`
      for (const purpose of ['prefetch', 'prefetch;prerender']) {
        setsNothing(await app.client().get('/api/session', { cookie, headers: { 'sec-purpose': purpose } }))
      }
    }),
    check('login starts the lifetime again', [], async ({ keys, server }) => {
      const app = await server({ absolute: 3600, idle: 3600, extendAfter: 600 })
      const client = app.client()
      client.cookies.set(new URL(app.url), 'session', await token(keys, 3000))
      await post(client, '/api/login', { name: 'Ada' })
      const { createdAt } = await read(client)
      ok(Math.abs(createdAt - present()) <= 2)
    }),
  ],
}

/** The value of a cookie that was sealed so many seconds ago. */
async function token(keys: string, age: number): Promise<string> {
  const cookie = await forged(
    { keys, at: present() - age },
    { subject: 'Ada', data: { user: { name: 'Ada' }, cart: [], visits: 1 } },
  )
  return cookie.slice('session='.length)
}

interface Answer {
  readonly subject: string | null
  readonly data: object
}
