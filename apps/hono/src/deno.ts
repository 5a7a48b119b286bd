import { type RunningApp, type StartOptions, urlOf } from '@encrypted-session/demo'
import { runDemo } from '@encrypted-session/demo/run'
import { createApp } from './app.ts'

/** What is used here of Deno's own global. */
declare const Deno: {
  serve(
    options: { readonly hostname: string; readonly port: number; readonly signal: AbortSignal; onListen(): void },
    handler: (request: Request, info: object) => Response | Promise<Response>,
  ): { readonly addr: { readonly hostname: string; readonly port: number }; readonly finished: Promise<void> }
}

async function start({ host = '127.0.0.1', port = 0, ...options }: StartOptions): Promise<RunningApp> {
  const ending = new AbortController()
  // Deno would say itself that it listens.
  const onListen = (): void => undefined
  const server = Deno.serve({ hostname: host, port, signal: ending.signal, onListen }, createApp(options).fetch)
  const { hostname, port: realPort } = server.addr
  return {
    url: urlOf({ address: hostname, family: hostname.includes(':') ? 'IPv6' : 'IPv4', port: realPort }),
    async close() {
      ending.abort()
      await server.finished
    },
  }
}

await runDemo(start)
