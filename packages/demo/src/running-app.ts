import type { AppOptions } from './app-options.ts'

/** How an app is made, and where it listens. */
export interface StartOptions extends AppOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0, which picks a free one. */
  readonly port?: number
}

/** A running server: where it listens and how to end it. */
export interface RunningApp {
  /** `http://HOST:PORT`, with the real host and port. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** The address of a server that listens, as `server.address()` of Node says it. Throws when it listens on no port. */
export function urlOf(
  address: { readonly address: string; readonly family: string; readonly port: number } | string | null,
): string {
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.')
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}
