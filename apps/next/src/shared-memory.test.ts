import { generateKey } from '@encrypted-session/core'
import type { RunningApp } from '@encrypted-session/demo'
import { createClient } from '@encrypted-session/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { submit } from './action.fixture.ts'
import { startNext } from './start-next.ts'

// Next evaluates a module up to four times in one process. The store is in the memory of that process.
let app: RunningApp
beforeAll(async () => {
  app = await startNext(
    { PATH: process.env['PATH'], PORT: '0', SESSION_KEYS: await generateKey(), REVOCATION: 'memory' },
    'hidden',
  )
})
afterAll(() => app.close())

describe.each([
  ['a page, behind the proxy', '/', 'Nobody is signed in'],
  ['a route handler', '/api/session', '"origin":"fresh"'],
  ['the Pages Router', '/pages-demo', 'Nobody is signed in'],
  ['an API route of the Pages Router', '/api/pages-session', '"subject":null'],
])('a cookie from before the logout, shown to %s', (_where, path, sentence) => {
  it('is refused after a logout in an action', async () => {
    const client = createClient(app.url)
    await submit(client, { path: '/', has: 'Sign in', fields: { name: 'Ada' } })
    const cookie = client.cookieHeader
    expect((await client.get(path)).text).not.toContain(sentence)
    await submit(client, { path: '/', has: '>Log out<' })

    expect((await createClient(app.url).get(path, { cookie })).text).toContain(sentence)
  })

  it('is refused after a logout in a route handler', async () => {
    const client = createClient(app.url)
    await client.post('/api/login', { name: 'Ada' })
    const cookie = client.cookieHeader
    await client.post('/api/logout')

    expect((await createClient(app.url).get(path, { cookie })).text).toContain(sentence)
  })
})
