import { deepEqual, equal, ok } from 'node:assert/strict'
import { generateKey } from '@encrypted-session/core'
import { createRevocation } from '@encrypted-session/core/revocation'
import { createClock } from '../../clock.ts'
import { createMemoryRevocation } from '../../memory-revocation.ts'
import { forged, overtaken, post, present, read, signedIn } from '../bench.ts'
import { check, type CheckGroup } from '../check.ts'
import { onlyCookie, sets, setsNothing, variesByCookie } from '../expect.ts'

/** Point 3 and 13 where the app has a revocation store: a logout that holds. */
export const revocation: CheckGroup = {
  title: 'revocation',
  checks: [
    check(
      'a cookie that was copied before the logout is refused afterwards',
      ['revocation'],
      async ({ revocationServer }) => {
        const app = await revocationServer()
        const client = await signedIn(app)
        const copy = client.cookieHeader
        sets(await post(client, '/api/logout'), [], ['session'])
        await app.rejects(['revoked'], async () => {
          const response = await app.client().get('/api/session', { cookie: copy })
          equal(response.json<{ origin: string }>().origin, 'fresh')
          setsNothing(response)
        })
      },
    ),
    check(
      'a cookie that was copied before the logout is refused by another server too',
      ['revocation'],
      async ({ revocationServer }) => {
        const app = await revocationServer()
        const twin = await app.twin()
        const client = await signedIn(app)
        const copy = client.cookieHeader
        equal((await read(twin.client(), copy)).subject, 'Ada')
        await post(client, '/api/logout')
        equal((await read(twin.client(), copy)).origin, 'fresh')
      },
    ),
    check('a destroy before an unexpected error revokes', ['revocation'], async ({ revocationServer }) => {
      const app = await revocationServer()
      const client = await signedIn(app)
      const copy = client.cookieHeader
      equal((await client.post('/api/fail', { how: 'error', destroy: true })).status, 500)
      equal((await read(app.client(), copy)).origin, 'fresh')
    }),
    check(
      'logout everywhere ends the sessions of that user and of nobody else',
      ['revocation'],
      async ({ revocationServer }) => {
        const app = await revocationServer()
        const [laptop, phone, other] = [
          await signedIn(app, 'Ada'),
          await signedIn(app, 'Ada'),
          await signedIn(app, 'Grace'),
        ]
        await post(laptop, '/api/logout-everywhere')
        deepEqual(
          [(await read(laptop)).subject, (await read(phone)).subject, (await read(other)).subject],
          [null, null, 'Grace'],
        )
      },
    ),
    check('a login right after a logout everywhere lives', ['revocation'], async ({ revocationServer }) => {
      const app = await revocationServer()
      const client = await signedIn(app)
      await post(client, '/api/logout-everywhere')
      await post(client, '/api/login', { name: 'Ada' })
      equal((await read(client)).subject, 'Ada')
    }),
    check(
      'a second logout everywhere reaches who has signed in since the first, however soon after it',
      ['revocation'],
      async ({ revocationServer }) => {
        const app = await revocationServer()
        const first = await signedIn(app)
        await post(first, '/api/logout-everywhere')
        const [laptop, phone] = [await signedIn(app), await signedIn(app)]
        await post(laptop, '/api/logout-everywhere')
        deepEqual([(await read(laptop)).subject, (await read(phone)).subject], [null, null])
      },
    ),
    check('logout everywhere answers 501 where there is no revocation', [], async ({ server }) => {
      const client = await signedIn(await server())
      const response = await client.post('/api/logout-everywhere')
      equal(response.status, 501)
      equal((await read(client)).subject, 'Ada')
    }),
    check(
      'a request that was under way at the logout does not bring the session back',
      ['revocation', '/test/slow'],
      async ({ revocationServer }) => {
        const app = await revocationServer()
        const client = await signedIn(app)
        const slow = app.client().post('/test/slow', { ms: 300, text: 'late' }, { cookie: client.cookieHeader })
        setsNothing(
          await overtaken(slow, async () => {
            // By the time that this is answered the slow one has been opened.
            await post(app.client(), '/test/slow', { ms: 50 })
            await post(client, '/api/logout')
          }),
        )
      },
    ),
    check(
      'a login survives a request that was under way with the id from before',
      ['revocation', '/test/slow'],
      async ({ revocationServer }) => {
        const app = await revocationServer()
        const client = await signedIn(app)
        const before = client.cookieHeader
        const slow = app.client().post('/test/slow', { ms: 300, text: 'late' }, { cookie: before })
        setsNothing(
          await overtaken(slow, async () => {
            await post(app.client(), '/test/slow', { ms: 50 })
            await post(client, '/api/login', { name: 'Ada' })
          }),
        )
        equal((await read(client)).subject, 'Ada')
      },
    ),
    check(
      'the id from before a login still reads for a moment, and writes nothing',
      ['revocation'],
      async ({ revocationServer }) => {
        const keys = await generateKey()
        const app = await revocationServer({ keys, absolute: 7200, idle: 600, extendAfter: 60 })
        const before = await forged({ keys, at: present() - 90 }, { subject: 'Ada', data: { cart: [], visits: 1 } })
        onlyCookie(await app.client().post('/api/login', { name: 'Ada' }, { cookie: before }))
        const poll = await app.client().get('/api/session', { cookie: before })
        equal(poll.json<{ subject: string }>().subject, 'Ada')
        setsNothing(poll)
        setsNothing(await app.client().post('/api/cart', { item: 'tea' }, { cookie: before }))
      },
    ),
    check(
      'the id from before a login is refused after that moment',
      ['revocation port', 'clock'],
      async ({ revocationServer }) => {
        const clock = createClock()
        const app = await revocationServer({ now: clock })
        const client = await signedIn(app)
        const before = client.cookieHeader
        await post(client, '/api/regenerate')
        clock.advance(9)
        equal((await read(app.client(), before)).subject, 'Ada')
        clock.advance(2)
        await app.rejects(['superseded'], async () => equal((await read(app.client(), before)).origin, 'fresh'))
        equal((await read(client)).subject, 'Ada')
      },
    ),
    check(
      'while the store cannot answer, only what touches a session answers 503, and the cookie stays',
      ['revocation port'],
      async ({ keys, server }) => {
        const store = createMemoryRevocation().port
        let isDown = false
        const failing = createRevocation({
          check: (session) => (isDown ? Promise.reject(new Error('connection lost')) : store.check(session)),
          revoke: (target) => (isDown ? Promise.reject(new Error('connection lost')) : store.revoke(target)),
          cutoff: (subject) => (isDown ? Promise.reject(new Error('connection lost')) : store.cutoff(subject)),
        })
        const app = await server({ keys, revocation: failing })
        const client = await signedIn(app)
        isDown = true
        equal((await client.get('/api/untouched')).status, 200)
        for (const response of [await client.get('/api/session'), await client.post('/api/cart', { item: 'tea' })]) {
          equal(response.status, 503)
          ok(!response.text.includes('connection lost'), 'the reason is for the operator')
          setsNothing(response)
        }
        isDown = false
        equal((await read(client)).subject, 'Ada')
      },
    ),
    check(
      'an answer of 503 may be asked for again and varies by cookie',
      ['revocation port', 'vary'],
      async ({ keys, server }) => {
        const failing = createRevocation({
          check: () => Promise.reject(new Error('connection lost')),
          revoke: () => Promise.reject(new Error('connection lost')),
          cutoff: () => Promise.reject(new Error('connection lost')),
        })
        const app = await server({ keys, revocation: failing })
        const response = await app.client().get('/api/session', { cookie: await forged({ keys }, { subject: 'Ada' }) })
        equal(response.status, 503)
        ok(Number(response.headers.get('retry-after')) > 0)
        variesByCookie(response)
      },
    ),
  ],
}
