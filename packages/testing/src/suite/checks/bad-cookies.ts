import { deepEqual, equal } from 'node:assert/strict'
import { generateKey } from '@encrypted-session/core'
import { forged, post, read } from '../bench.ts'
import { check, type Check, type CheckGroup } from '../check.ts'
import { onlyCookie, setsNothing } from '../expect.ts'
import { TAMPERED_COOKIES } from './tampered-cookies.ts'

/** Point 4, and the empty cookie of point 13: whatever a visitor sends, he gets a fresh session and no error. */
export const badCookies: CheckGroup = {
  title: 'cookies that are not believed',
  checks: [
    ...tampered(),
    check('an empty cookie value is no cookie', [], async ({ keys, server }) => {
      const app = await server()
      await app.rejects([], async () => {
        const response = await app.client().get('/api/session', { cookie: 'session=' })
        equal(response.json<{ origin: string }>().origin, 'fresh')
        setsNothing(response)
      })
      const good = await forged({ keys }, { subject: 'Ada' })
      equal((await read(app.client(), `session=; ${good}`)).subject, 'Ada')
    }),
    check('cookies with other names are left alone', [], async ({ keys, server }) => {
      const app = await server()
      const good = await forged({ keys }, { subject: 'Ada' })
      const others =
        'Session=a; sessions=b; xsession=c; session-legacy=d; session.=e; session.1x=f; session.10=g; %73ession=h'
      await app.rejects([], async () => {
        equal((await read(app.client(), others)).origin, 'fresh')
        equal((await read(app.client(), `${others}; ${good}`)).subject, 'Ada')
      })
      onlyCookie(await app.client().post('/api/cart', { item: 'tea' }, { cookie: `${others}; ${good}` }))
    }),
    // Browsers accept commas, and a sibling domain may set any cookie without our prefix for the whole domain.
    check('a session inside the value of another cookie is no session', [], async ({ keys, server }) => {
      const app = await server()
      const good = await forged({ keys }, { subject: 'Ada' })
      const planted = await forged({ keys }, { subject: 'Mallory' })
      await app.rejects([], async () => {
        for (const separator of [', ', ',', ' ', '"', '\t']) {
          const tossed = `x=1${separator}${planted}`
          const response = await app.client().get('/api/session', { cookie: tossed })
          equal(response.json<{ origin: string }>().origin, 'fresh')
          setsNothing(response)
          equal((await read(app.client(), `${tossed}; ${good}`)).subject, 'Ada')
        }
      })
    }),
    check('the next write replaces a cookie that was not believed', [], async ({ server }) => {
      const app = await server()
      const client = app.client()
      client.cookies.set(new URL(app.url), 'session', 'rubbish')
      onlyCookie(await post(client, '/api/cart', { item: 'tea' }))
      equal((await read(client)).origin, 'resumed')
    }),
    check('a visitor cannot tell a cookie that was not believed from none', [], async ({ keys, server }) => {
      const app = await server()
      const good = await forged({ keys })
      const answers = await Promise.all(
        [null, `${good.slice(0, -3)}AAA`, 'session=x', await forged({ keys: await generateKey() })].map(
          async (cookie) => {
            const response = await app.client().get('/api/session', { cookie })
            const {
              id: _id,
              createdAt: _createdAt,
              expiresAt: _expiresAt,
              ...answer
            } = response.json<Record<string, unknown>>()
            return { status: response.status, headers: [...response.headers.keys()], answer }
          },
        ),
      )
      const [none, ...others] = answers
      for (const other of others) deepEqual(other, none)
    }),
    check('events never hold what a cookie says or what a session holds', ['events'], async ({ server }) => {
      const app = await server()
      const client = app.client()
      const events = await app.during(async () => {
        await post(client, '/api/login', { name: 'Konstantin' })
        await post(client, '/api/note', { text: 'a private remark' })
        await client.get('/api/session', { cookie: `${client.cookieHeader.slice(0, -3)}AAA` })
        await post(client, '/api/logout')
      })
      deepEqual([...new Set(events.map(({ type }) => type))].toSorted(), ['cleared', 'opened', 'rejected', 'sealed'])
      const text = JSON.stringify(events)
      deepEqual(
        ['Konstantin', 'remark', client.cookieHeader.slice(20, 40)].filter(
          (secret) => secret !== '' && text.includes(secret),
        ),
        [],
      )
    }),
  ],
}

function tampered(): Check[] {
  return TAMPERED_COOKIES.map(({ what, cookie, reasons, needs = [] }) =>
    check(`${what}: a fresh session, and nothing is set`, needs, async ({ keys, server }) => {
      const app = await server()
      const token = (await forged({ keys }, { subject: 'Ada' })).slice('session='.length)
      const header = await cookie(token, keys)
      await app.rejects(reasons, async () => {
        const response = await app.client().get('/api/session', { cookie: header })
        equal(response.status, 200, response.text)
        const { origin, subject } = response.json<{ origin: string; subject: string | null }>()
        deepEqual({ origin, subject }, { origin: 'fresh', subject: null })
        setsNothing(response)
      })
    }),
  )
}
