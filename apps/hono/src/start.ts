import { once } from 'node:events'
import { type RunningApp, type StartOptions, urlOf } from '@encrypted-session/demo'
import { createAdaptorServer } from '@hono/node-server'
import { Server } from 'node:http'
import { createApp } from './app.ts'

/** A server on Node that listens. */
export async function start({ host = '127.0.0.1', port = 0, ...options }: StartOptions): Promise<RunningApp> {
  const server = createAdaptorServer(createApp(options))
  server.listen(port, host)
  await once(server, 'listening')
  return {
    url: urlOf(server.address()),
    async close() {
      const closed = once(server, 'close')
      server.close()
      // Who still looks at events would keep it from ending.
      if (server instanceof Server) server.closeAllConnections()
      await closed
    },
  }
}
