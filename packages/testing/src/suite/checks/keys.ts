import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { generateKey, type Keyring, parseKeyring } from '@encrypted-session/core'
import { forged, post, present, read, sessionsLikeTheApp, signedIn } from '../bench.ts'
import { check, type CheckGroup } from '../check.ts'
import { onlyCookie, setsNothing } from '../expect.ts'

/** Point 5: two cookies of one name, and keys that change. */
export const keys: CheckGroup = {
  title: 'duplicate names and rotation of keys',
  checks: [
    check(
      'a good cookie is found beside a bad one of the same name',
      ['duplicateNames'],
      async ({ keys: text, server }) => {
        const app = await server()
        const good = await forged({ keys: text }, { subject: 'Ada' })
        for (const cookie of [`session=rubbish; ${good}`, `${good}; session=rubbish`, `${good}; ${good}`]) {
          const response = await app.client().get('/api/session', { cookie })
          equal(response.json<{ subject: string }>().subject, 'Ada')
          setsNothing(response)
        }
      },
    ),
    check(
      'a good cookie is found in a second Cookie header',
      ['duplicateNames', 'secondCookieHeader'],
      async ({ keys: text, server }) => {
        const good = await forged({ keys: text }, { subject: 'Ada' })
        const response = await (await server()).client().get('/api/session', { cookie: ['theme=dark', good] })
        equal(response.json<{ subject: string }>().subject, 'Ada')
      },
    ),
    check('of two cookies of one session the later one counts', ['duplicateNames'], async ({ keys: text, server }) => {
      const app = await server()
      const older = await forged({ keys: text, at: present() - 100 }, { subject: 'Ada' })
      const client = app.client()
      onlyCookie(await client.post('/api/note', { text: 'later' }, { cookie: older }))
      const newer = client.cookieHeader
      for (const cookie of [`${older}; ${newer}`, `${newer}; ${older}`]) {
        equal((await read(app.client(), cookie)).data.note, 'later')
      }
    }),
    check(
      'of two sessions that are both good neither is believed',
      ['duplicateNames'],
      async ({ keys: text, server }) => {
        const app = await server()
        const both = `${await forged({ keys: text }, { subject: 'Ada' })}; ${await forged({ keys: text }, { subject: 'Mallory' })}`
        await app.rejects(['ambiguous'], async () => {
          const response = await app.client().get('/api/session', { cookie: both })
          equal(response.json<{ origin: string }>().origin, 'fresh')
          setsNothing(response)
        })
        onlyCookie(await app.client().post('/api/cart', { item: 'tea' }, { cookie: both }))
      },
    ),
    check('a new key in front of the old one logs nobody out', [], async ({ keys: old, server }) => {
      const client = await signedIn(await server())
      const rotated = await server({ keys: `${await generateKey()} ${old}` })
      const response = await rotated.client().get('/api/session', { cookie: client.cookieHeader })
      equal(response.json<{ subject: string }>().subject, 'Ada')
      // Sealed a moment ago: two deployments that seal with different keys must not re-seal each other's sessions.
      setsNothing(response)
    }),
    check('a visit re-seals an older session with the new key', [], async ({ keys: old, server }) => {
      const fresh = await generateKey()
      const rotated = await server({ keys: `${fresh} ${old}` })
      const client = rotated.client()
      const cookie = await forged(
        { keys: old, at: present() - 301 },
        { subject: 'Ada', data: { cart: [{ item: 'tea', qty: 3 }], visits: 7 } },
      )
      const before = (await client.get('/api/session', { cookie })).json<Answer>()
      const after = await read(client)
      deepEqual(
        [after.id, after.subject, after.createdAt, after.data],
        [before.id, before.subject, before.createdAt, before.data],
      )
      notEqual(after.cookie?.keyId, before.cookie.keyId)
      const alone = await server({ keys: fresh })
      equal((await read(alone.client(), client.cookieHeader)).subject, 'Ada')
      await alone.rejects(['unknown-key'], async () => equal((await read(alone.client(), cookie)).origin, 'fresh'))
    }),
    check('keys that change while requests are under way lose nobody', ['keyring'], async ({ server }) => {
      const [old, fresh] = [await generateKey(), await generateKey()]
      const rotated = await parseKeyring(`${fresh} ${old}`)
      let { current } = await parseKeyring(old)
      const keyring: Keyring = {
        get current() {
          return current
        },
      }
      const app = await server({ keyring })
      const clients = await Promise.all(Array.from({ length: 12 }, (_, index) => signedIn(app, `user${index}`)))
      await Promise.all([
        ...clients.map(async (client) => {
          for (let round = 0; round < 10; round++) await post(client, '/api/cart', { item: 'tea' })
        }),
        post(app.client(), '/api/cart', { item: 'milk' }).then(() => {
          current = rotated.current
        }),
      ])
      const answers = await Promise.all(clients.map((client) => read(client)))
      deepEqual(
        answers.map(({ subject, data }) => [subject, data.cart]),
        clients.map((_, index) => [`user${index}`, [{ item: 'tea', qty: 10 }]]),
      )
      await Promise.all(clients.map((client) => post(client, '/api/note', { text: 'with the new key' })))
      const onlyNew = sessionsLikeTheApp({ keys: fresh })
      const views = await Promise.all(clients.map((client) => onlyNew.read(client.cookieHeader)))
      deepEqual(
        views.map(({ subject }) => subject),
        clients.map((_, index) => `user${index}`),
      )
    }),
    check(
      'a key that another server has begun to use is fetched once it is seen',
      ['keyring'],
      async ({ keys: old, server }) => {
        const fresh = await generateKey()
        const later = await parseKeyring(`${old} ${fresh}`)
        let current = (await parseKeyring(old)).current
        const keyring: Keyring = {
          get current() {
            return current
          },
          refresh() {
            current = later.current
          },
        }
        const app = await server({ keyring })
        equal((await read(app.client(), await forged({ keys: fresh }, { subject: 'Ada' }))).subject, 'Ada')
      },
    ),
    check('a key that is taken away opens nothing any more', ['keyring'], async ({ server }) => {
      const [leaked, fresh] = [await generateKey(), await generateKey()]
      const without = await parseKeyring(fresh)
      let current = (await parseKeyring(leaked)).current
      const app = await server({
        keyring: {
          get current() {
            return current
          },
        },
      })
      const client = await signedIn(app)
      equal((await read(client)).subject, 'Ada')
      current = without.current
      await app.rejects(['unknown-key'], async () => equal((await read(client)).origin, 'fresh'))
    }),
  ],
}

interface Answer {
  readonly id: string
  readonly subject: string | null
  readonly createdAt: number
  readonly data: object
  readonly cookie: { readonly keyId: string }
}
