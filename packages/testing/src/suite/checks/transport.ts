import { deepEqual, equal } from 'node:assert/strict'
import type { SessionEvent } from '@encrypted-session/core'
import { post, read } from '../bench.ts'
import { check, type CheckGroup } from '../check.ts'
import { onlyCookie } from '../expect.ts'

/** Point 9: plain http, and a proxy that takes TLS off. */
export const transport: CheckGroup = {
  title: 'plain http and proxies',
  checks: [
    check('login works on plain http in development', [], async ({ server }) => {
      const client = (await server()).client()
      equal(onlyCookie(await post(client, '/api/login', { name: 'Ada' })).secure, false)
      equal((await read(client)).subject, 'Ada')
    }),
    check('login with a Secure cookie works behind a proxy that the app does not know of', [], async ({ server }) => {
      const client = (await server({ secure: true })).client({
        headers: { host: 'shop.example', 'x-forwarded-proto': 'https' },
      })
      equal(onlyCookie(await post(client, '/api/login', { name: 'Ada' }), '__Host-Http-session').secure, true)
      equal((await read(client)).subject, 'Ada')
    }),
    check(
      'login with a Secure cookie works behind a proxy that the app trusts, without a warning',
      ['trustProxy'],
      async ({ server }) => {
        const app = await server({ secure: true, trustProxy: true })
        const client = app.client({ headers: { host: 'shop.example', 'x-forwarded-proto': 'https' } })
        const events = await app.during(async () => {
          equal(onlyCookie(await post(client, '/api/login', { name: 'Ada' }), '__Host-Http-session').secure, true)
          equal((await read(client)).subject, 'Ada')
        })
        deepEqual(warnings(events), [])
      },
    ),
    check(
      'a Secure cookie on plain http to another machine is told as an event, on this machine it is not',
      ['events'],
      async ({ server }) => {
        const app = await server({ secure: true })
        const far = app.client({ headers: { host: 'shop.example' } })
        deepEqual(warnings(await app.during(() => post(far, '/api/login', { name: 'Ada' }))), ['shop.example'])
        deepEqual(warnings(await app.during(() => post(app.client(), '/api/login', { name: 'Ada' }))), [])
      },
    ),
  ],
}

function warnings(events: readonly SessionEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'insecure-transport' ? [event.host] : []))
}
