import { upgradeWebSocket } from 'hono/deno'
import { createRemoteApps } from './remote-apps.ts'

/** What is used here of Deno's own global. */
declare const Deno: {
  serve(
    options: { readonly hostname: string; readonly port: number; onListen(): void },
    handler: (request: Request, info: object) => Promise<Response>,
  ): { readonly addr: { readonly port: number } }
}

// oxlint-disable-next-line typescript/no-deprecated -- the package that is to replace it from Hono 5 on has the same
const apps = createRemoteApps(upgradeWebSocket)
const options = { hostname: '127.0.0.1', port: 0, onListen: () => undefined }
console.log(`listening on http://127.0.0.1:${Deno.serve(options, apps).addr.port}`)
