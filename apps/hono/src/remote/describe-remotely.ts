import { generateKey } from '@encrypted-session/core'
import { createClient, describeSessionApp } from '@encrypted-session/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { APP_HEADER } from './remote-apps.ts'
import type { Runtime } from './runtime.ts'
import { type RemoteApp, startRemotely } from './start-remotely.ts'

/** A runtime and what is particular to it. */
export interface RuntimeFacts {
  readonly begin: () => Promise<Runtime>
  /** Why it cannot be used, which with CI=true is a failure. */
  readonly missing?: string | undefined
  /** `false` where the runtime joins two Cookie headers with a comma: a cookie in the second is then not seen, since a comma may be part of a value. */
  readonly secondCookieHeader?: boolean
  /** The events of a response whose handler changes the session while the body is streaming. */
  readonly late: readonly string[]
}

/** Describes the demo to the shared suite as it runs on another runtime, and what of the runtime the adapter meets. */
export function describeRemotely({ begin, missing, secondCookieHeader = true, late }: RuntimeFacts): void {
  const isSkipped = missing !== undefined && process.env['CI'] !== 'true'
  describe.skipIf(isSkipped)(isSkipped ? `the demo (${missing})` : 'the demo', () => {
    let runtime: Runtime
    let own: RemoteApp
    beforeAll(async () => {
      runtime = await begin()
      own = await startRemotely(runtime.origin, { keys: await generateKey() })
    })
    afterAll(async () => {
      await own.close()
      await runtime.close()
    })

    describeSessionApp(
      {
        start: (options) => startRemotely(runtime.origin, options),
        features: {
          revocation: 'port',
          clock: true,
          events: true,
          trustProxy: true,
          secondCookieHeader,
          // Left out is `keyring`: an object with keys that change, which cannot be sent to another process.
          testRoutes: ['headers', 'not-modified', 'shared-error', 'shared-response', 'slow', 'twice'],
        },
      },
      { afterAll, describe, it },
    )

    it('a WebSocket reads the session of its handshake, and what would need a cookie throws', async () => {
      const client = createClient(own.url)
      await client.post('/api/login', { name: 'Ada' })
      const headers = { cookie: client.cookieHeader, [APP_HEADER]: own.name }
      // Node's WebSocket takes headers as a second argument; the types of the DOM know only protocols.
      const options: unknown = { headers }
      const socket = new WebSocket(`${runtime.origin.replace('http', 'ws')}/remote/socket`, options as string[])
      const answer = await new Promise((resolve, reject) => {
        socket.addEventListener('open', () => {
          socket.send('hello')
        })
        socket.addEventListener('message', ({ data }) => {
          resolve(data)
        })
        socket.addEventListener('error', () => {
          reject(new Error('The socket failed.'))
        })
      })
      socket.close()
      expect(answer).toBe('Ada ERR_SESSION_COMMITTED')
    })

    it(`a change while the body is streaming is lost, and leads to the events ${late.join(', ')}`, async () => {
      const before = (await own.events()).length
      const client = createClient(own.url)
      await client.get('/remote/late')
      const told = async (): Promise<readonly string[]> =>
        (await own.events()).slice(before).map((event) => (event.type === 'uncommitted' ? event.reason : event.type))
      await expect.poll(told).toEqual(late)
      expect((await client.get('/api/session')).json()).toMatchObject({ data: { note: 'in time' } })
    })
  })
}
