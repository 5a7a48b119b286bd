import type { AddressInfo } from 'node:net'
import { createApp, type AppOptions } from './app.ts'

/** How an app is made, and where it listens. */
export interface StartOptions extends AppOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0, which picks a free one. */
  readonly port?: number
}

/** A running server: where it listens and how to end it. */
export interface RunningApp {
  readonly url: string
  readonly close: () => Promise<void>
}

/** A server that listens. */
export async function start({ host = '127.0.0.1', port = 0, ...options }: StartOptions): Promise<RunningApp> {
  const app = await createApp(options)
  await app.listen({ host, port })
  return { url: urlOf(app.server.address()), close: () => app.close() }
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.')
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}
