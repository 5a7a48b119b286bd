import { fastify } from 'fastify'

/** A running server: where it listens and how to end it. */
export interface RunningApp {
  readonly url: string
  readonly close: () => Promise<void>
}

/** A server that listens. Port 0 picks a free one. */
export async function start(options: { readonly host: string; readonly port: number }): Promise<RunningApp> {
  const app = fastify({ forceCloseConnections: true })
  app.get('/', () => 'EncryptedSession')
  const url = await app.listen(options)
  return { url, close: () => app.close() }
}
