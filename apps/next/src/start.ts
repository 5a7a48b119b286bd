import type { SessionEvent } from '@encrypted-session/core'
import type { RunningApp, StartOptions } from '@encrypted-session/demo'
import { serveRevocation } from './revocation-server.ts'
import { startNext } from './start-next.ts'

/** The app in a process of its own, for tests. What cannot cross to another process (a clock, a keyring, a listener) is not taken. */
export async function start(
  options: Pick<
    StartOptions,
    'absolute' | 'extendAfter' | 'host' | 'idle' | 'keys' | 'port' | 'revocation' | 'secure' | 'testRoutes'
  >,
): Promise<RunningApp & { events(): Promise<readonly SessionEvent[]> }> {
  const { host = '127.0.0.1', port = 0, keys, secure, absolute, idle, extendAfter, revocation, testRoutes } = options
  const store = revocation === undefined ? undefined : await serveRevocation(revocation)
  const app = await startNext(
    {
      PATH: process.env['PATH'],
      HOST: host,
      PORT: String(port),
      SESSION_KEYS: keys,
      SESSION_SECURE: secure === true ? '1' : undefined,
      SESSION_ABSOLUTE: absolute?.toString(),
      SESSION_IDLE: idle?.toString(),
      SESSION_EXTEND_AFTER: extendAfter?.toString(),
      DEMO_TEST_ROUTES: testRoutes === true ? '1' : undefined,
      DEMO_TEST_REVOCATION: store?.url,
    },
    'hidden',
  )
  return {
    url: app.url,
    async events() {
      const response = await fetch(`${app.url}/test/events`)
      // As the route writes it.
      return (await response.json()) as readonly SessionEvent[]
    },
    async close() {
      await app.close()
      await store?.close()
    },
  }
}
