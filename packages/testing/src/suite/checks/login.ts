import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import type { ParsedSetCookie } from '../../parse-set-cookie.ts'
import { post, read, signedIn } from '../bench.ts'
import { check, type CheckGroup } from '../check.ts'
import { onlyCookie, sets, setsNothing } from '../expect.ts'

/** Points 2 and 3: signing in, what a session keeps, and signing out. */
export const login: CheckGroup = {
  title: 'login, data and logout',
  checks: [
    check('login sets exactly one cookie, with the attributes of a session', [], async ({ server }) => {
      const cookie = onlyCookie(await post((await server()).client(), '/api/login', { name: 'Ada' }))
      deepEqual(attributesOf(cookie), { ...SESSION, secure: false })
    }),
    check(
      'with the secure setting the cookie is Secure and has a name that only this host can set',
      [],
      async ({ server }) => {
        const client = (await server({ secure: true })).client()
        const cookie = onlyCookie(await post(client, '/api/login', { name: 'Ada' }), '__Host-Http-session')
        deepEqual(attributesOf(cookie), { ...SESSION, secure: true })
        equal((await read(client)).subject, 'Ada')
      },
    ),
    check('the next request resumes the session', [], async ({ server }) => {
      const client = (await server()).client()
      const answer = (await post(client, '/api/login', { name: 'Ada' })).json<{ id: string; createdAt: number }>()
      const { origin, id, subject, createdAt, data } = await read(client)
      deepEqual(
        { origin, id, subject, createdAt },
        { origin: 'resumed', id: answer.id, subject: 'Ada', createdAt: answer.createdAt },
      )
      equal(data.user?.name, 'Ada')
    }),
    check('the cookie tells nothing of what it holds', [], async ({ server }) => {
      const client = await signedIn(await server(), 'Konstantin')
      const { value } = onlyCookie(await post(client, '/api/note', { text: 'a private remark' }))
      const bytes = Buffer.from(value, 'base64url').toString('latin1')
      deepEqual(
        ['Konstantin', 'private', 'cart'].filter((word) => value.includes(word) || bytes.includes(word)),
        [],
      )
    }),
    check('a nested change is saved', [], async ({ server }) => {
      const client = await signedIn(await server())
      await post(client, '/api/cart', { item: 'tea' })
      onlyCookie(await post(client, '/api/cart', { item: 'tea' }))
      deepEqual((await read(client)).data.cart, [{ item: 'tea', qty: 2 }])
    }),
    check('bytes, dates, maps, sets and big integers come back as themselves', [], async ({ server }) => {
      const client = (await server()).client()
      await post(client, '/api/types')
      const answer = (await client.get('/api/types')).json<{ ok: boolean }>()
      ok(answer.ok, JSON.stringify(answer))
      equal((await read(client)).origin, 'resumed')
    }),
    check('a flash message is read once', [], async ({ server }) => {
      const client = await signedIn(await server())
      await post(client, '/api/flash', { message: 'saved' })
      const first = await client.get('/api/flash')
      ok(first.text.includes('saved'))
      onlyCookie(first)
      const second = await client.get('/api/flash')
      deepEqual(second.json<{ messages: unknown[] }>().messages, [])
      setsNothing(second)
    }),
    check('a persistent session outlives the browser, any other does not', [], async ({ server }) => {
      const client = await signedIn(await server({ absolute: 7200, idle: 600 }))
      const kept = onlyCookie(await post(client, '/api/persistent', { value: true }))
      equal(kept.maxAge, 600)
      const dropped = onlyCookie(await post(client, '/api/persistent', { value: false }))
      equal(dropped.maxAge, undefined)
    }),
    check('login changes the id and keeps what the visitor had', [], async ({ server }) => {
      const client = (await server()).client()
      await post(client, '/api/cart', { item: 'tea' })
      const before = await read(client)
      await post(client, '/api/login', { name: 'Ada' })
      const after = await read(client)
      notEqual(after.id, before.id)
      deepEqual(after.data.cart, before.data.cart)
    }),
    check('login as somebody else keeps nothing of the one before', [], async ({ server }) => {
      const client = await signedIn(await server(), 'Ada')
      await post(client, '/api/note', { text: 'of Ada' })
      await post(client, '/api/login', { name: 'Grace' })
      const { subject, data } = await read(client)
      deepEqual(
        { subject, note: data.note, name: data.user?.name },
        { subject: 'Grace', note: undefined, name: 'Grace' },
      )
    }),
    check('regenerate changes the id and keeps data, subject and age', [], async ({ server }) => {
      const client = await signedIn(await server())
      await post(client, '/api/cart', { item: 'tea' })
      const before = await read(client)
      onlyCookie(await post(client, '/api/regenerate'))
      const after = await read(client)
      notEqual(after.id, before.id)
      deepEqual([after.data, after.subject, after.createdAt], [before.data, before.subject, before.createdAt])
    }),
    check('logout removes the cookie and what it held', [], async ({ server }) => {
      const client = await signedIn(await server())
      const [cookie] = sets(await post(client, '/api/logout'), [], ['session'])
      ok(cookie !== undefined)
      deepEqual(attributesOf(cookie), { ...SESSION, maxAge: 0, expires: 0, secure: false })
      equal(client.cookieHeader, '')
      const { origin, subject, data } = await read(client)
      deepEqual({ origin, subject, user: data.user }, { origin: 'fresh', subject: null, user: undefined })
    }),
    check('logout without a session sets nothing', [], async ({ server }) => {
      setsNothing(await post((await server()).client(), '/api/logout'))
    }),
  ],
}

const SESSION = {
  domain: undefined,
  path: '/',
  maxAge: undefined,
  expires: undefined,
  httpOnly: true,
  sameSite: 'lax',
  partitioned: false,
} as const

function attributesOf({
  name: _name,
  value: _value,
  ...attributes
}: ParsedSetCookie): Omit<ParsedSetCookie, 'name' | 'value'> {
  return attributes
}
