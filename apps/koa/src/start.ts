import { once } from 'node:events'
import { type RunningApp, type StartOptions, urlOf } from '@encrypted-session/demo'
import { createApp } from './app.ts'

/** A server that listens. */
export async function start({ host = '127.0.0.1', port = 0, ...options }: StartOptions): Promise<RunningApp> {
  const app = await createApp(options)
  const server = app.listen(port, host)
  await once(server, 'listening')
  return {
    url: urlOf(server.address()),
    async close() {
      const closed = once(server, 'close')
      server.close()
      // Those too to which events are still streamed.
      server.closeAllConnections()
      await closed
    },
  }
}
