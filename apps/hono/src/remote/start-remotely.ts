import { once } from 'node:events'
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import type { SessionEvent } from '@encrypted-session/core'
import type { RevocationPort } from '@encrypted-session/core/revocation'
import { urlOf } from '@encrypted-session/demo'
import type { RunningApp, StartOptions } from '@encrypted-session/testing'
import { APP_HEADER, NOW_HEADER, type RemoteSettings } from './remote-apps.ts'

const REVOCATION_PATH = '/remote/revocation'

/** A demo in another runtime. */
export interface RemoteApp extends RunningApp {
  /** For `APP_HEADER`, where the runtime is asked directly. */
  readonly name: string
  events(): Promise<readonly SessionEvent[]>
}

/**
 * Starts one demo in another runtime, behind a port of its own in this process. What cannot be sent there stays here: the
 * clock, whose time goes with every request, and the revocation store, which is asked over HTTP.
 */
export async function startRemotely(origin: string, options: StartOptions): Promise<RemoteApp> {
  const { now, revocation, keyring: _, onEvent: __, ...settings } = options
  let name = ''

  const server = createServer((request, response) => {
    if (request.url === REVOCATION_PATH && typeof revocation === 'object') {
      void answerRevocation(revocation.port, request, response)
      return
    }
    const headers = [...request.rawHeaders, APP_HEADER, name, ...(now === undefined ? [] : [NOW_HEADER, String(now())])]
    const onward = ask(origin, { agent: false, method: request.method, path: request.url, headers })
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.rawHeaders)
      answer.pipe(response)
    })
    onward.once('error', (error) => response.destroy(error))
    request.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = urlOf(server.address())

  const sent: RemoteSettings = {
    ...settings,
    clock: now !== undefined,
    ...(revocation !== undefined && { revocationUrl: `${url}${REVOCATION_PATH}` }),
  }
  name = await (await fetch(origin, { method: 'POST', body: JSON.stringify(sent) })).text()
  return {
    url,
    name,
    // The cast is what `createRemoteApps` answers.
    events: async () => (await (await fetch(`${origin}/events?${name}`)).json()) as SessionEvent[],
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answerRevocation(
  port: RevocationPort,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // The casts trust the other half of the tests.
  const { method, parameter } = (await json(request)) as { method: 'check' | 'revoke' | 'cutoff'; parameter?: never }
  try {
    response.end(JSON.stringify({ answer: await port[method](parameter as never) }))
  } catch (error) {
    response.writeHead(503).end(String(error))
  }
}
