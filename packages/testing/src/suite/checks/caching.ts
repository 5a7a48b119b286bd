import { deepEqual, equal } from 'node:assert/strict'
import type { ClientResponse } from '../../client.ts'
import { post, signedIn } from '../bench.ts'
import { check, type CheckGroup } from '../check.ts'
import { isUncacheable, onlyCookie, parsed, sets, varies, variesByCookie } from '../expect.ts'

/** Point 10: what is said to caches, and what the app has said. */
export const caching: CheckGroup = {
  title: 'headers for caches',
  checks: [
    check(
      'a response that read the session varies by cookie, whether there was one or not',
      ['vary'],
      async ({ server }) => {
        const app = await server()
        variesByCookie(await app.client().get('/api/session'))
        variesByCookie(await (await signedIn(app)).get('/api/session'))
        variesByCookie(await app.client().get('/api/session', { cookie: 'session=rubbish' }))
      },
    ),
    check('an HTTP error varies by cookie', ['vary'], async ({ server }) => {
      variesByCookie(await (await signedIn(await server())).post('/api/fail', { how: 'http', note: 'x' }))
    }),
    check('failures and redirects vary by cookie', ['vary of what is thrown'], async ({ server }) => {
      const client = await signedIn(await server())
      variesByCookie(await client.post('/api/fail', { how: 'error', note: 'x' }))
      variesByCookie(await client.get('/api/redirect'))
    }),
    check('a response that writes the session may not be stored', [], async ({ server }) => {
      const client = (await server()).client()
      isUncacheable(await post(client, '/api/login', { name: 'Ada' }))
      isUncacheable(await client.get('/api/redirect'))
      isUncacheable(await client.get('/api/stream'))
      isUncacheable(await client.post('/api/fail', { how: 'http', note: 'x' }))
    }),
    check('a response that removes the session may not be stored', [], async ({ server }) => {
      const app = await server()
      isUncacheable(await post(await signedIn(app), '/api/logout'))
      isUncacheable(await (await signedIn(app)).post('/api/fail', { how: 'error', destroy: true }))
    }),
    check("without a touch the app's headers and cookies go out as they are", ['/test/headers'], async ({ server }) => {
      const response = await (await signedIn(await server())).get('/test/headers?session=none')
      deepEqual(named(response), ['accept-encoding'])
      deepEqual([response.headers.get('cache-control'), response.headers.get('cdn-cache-control')], [PUBLIC, PUBLIC])
      onlyCookie(response, 'theme')
    }),
    check(
      "reading adds Cookie to the app's Vary and leaves the rest",
      ['vary', '/test/headers'],
      async ({ server }) => {
        const response = await (await signedIn(await server())).get('/test/headers?session=read')
        deepEqual(named(response), ['accept-encoding', 'cookie'])
        deepEqual([response.headers.get('cache-control'), response.headers.get('cdn-cache-control')], [PUBLIC, PUBLIC])
        onlyCookie(response, 'theme')
      },
    ),
    check(
      "writing overrules what the app told caches and keeps the app's own cookie",
      ['/test/headers'],
      async ({ server }) => {
        const response = await (await signedIn(await server())).get('/test/headers?session=write')
        isUncacheable(response)
        equal(response.headers.get('cdn-cache-control'), 'private, no-store')
        sets(response, ['session', 'theme'])
        equal(parsed(response).find(({ name }) => name === 'theme')?.value, 'dark')
      },
    ),
    check("writing keeps the app's Vary", ['vary', '/test/headers'], async ({ server }) => {
      const response = await (await signedIn(await server())).get('/test/headers?session=write')
      deepEqual(named(response), ['accept-encoding', 'cookie'])
    }),
  ],
}

/** What the app and the session say in `Vary`: frameworks add names of their own. */
function named(response: ClientResponse): string[] {
  return varies(response)
    .filter((name) => ['accept-encoding', 'cookie', '*'].includes(name))
    .toSorted()
}

const PUBLIC = 'public, max-age=60'
