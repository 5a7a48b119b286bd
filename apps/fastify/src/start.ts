import { type RunningApp, type StartOptions, urlOf } from '@encrypted-session/demo'
import { createApp } from './app.ts'

/** A server that listens. */
export async function start({ host = '127.0.0.1', port = 0, ...options }: StartOptions): Promise<RunningApp> {
  const app = await createApp(options)
  await app.listen({ host, port })
  return { url: urlOf(app.server.address()), close: () => app.close() }
}
