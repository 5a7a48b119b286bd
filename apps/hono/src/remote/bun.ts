import { upgradeWebSocket, websocket } from 'hono/bun'
import { createRemoteApps } from './remote-apps.ts'

/** What is used here of Bun's own global. */
declare const Bun: {
  serve(options: {
    readonly hostname: string
    readonly port: number
    readonly fetch: (request: Request, server: object) => Promise<Response>
    readonly websocket: object
  }): { readonly url: URL }
}

// oxlint-disable-next-line typescript/no-deprecated -- the package that is to replace it from Hono 5 on has the same
const fetch = createRemoteApps(upgradeWebSocket)
// oxlint-disable-next-line typescript/no-deprecated -- the package that is to replace it from Hono 5 on has the same
console.log(`listening on ${Bun.serve({ hostname: '127.0.0.1', port: 0, fetch, websocket }).url.origin}`)
