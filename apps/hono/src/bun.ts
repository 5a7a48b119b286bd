import type { RunningApp, StartOptions } from '@encrypted-session/demo'
import { runDemo } from '@encrypted-session/demo/run'
import { createApp } from './app.ts'

/** What is used here of Bun's own global. */
declare const Bun: {
  serve(options: {
    readonly hostname: string
    readonly port: number
    readonly idleTimeout: number
    readonly fetch: (request: Request, server: object) => Response | Promise<Response>
  }): { readonly url: URL; stop(closeActiveConnections: boolean): Promise<void> }
}

async function start({ host = '127.0.0.1', port = 0, ...options }: StartOptions): Promise<RunningApp> {
  // 0: the stream of events is silent for as long as nothing happens.
  const server = Bun.serve({ hostname: host, port, idleTimeout: 0, fetch: createApp(options).fetch })
  return { url: server.url.origin, close: () => server.stop(true) }
}

await runDemo(start)
