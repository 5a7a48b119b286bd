import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Revocation, RevocationPort } from '@encrypted-session/core/revocation'

/** A revocation store that answers over HTTP. */
export interface RevocationServer {
  readonly url: string
  close(): Promise<void>
}

/** Shows a store of this process to others, which ask it by `remoteRevocation`. One that cannot answer is answered with 503. */
export async function serveRevocation(store: Revocation): Promise<RevocationServer> {
  const server = createServer((request, response) => {
    void json(request)
      .then(async (question) => answer(store.port, question as Question))
      .then((verdict) => response.end(JSON.stringify(verdict ?? null)))
      .catch(() => response.writeHead(503).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Listening on a port, it has one.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Question = {
  [Method in 'check' | 'revoke' | 'cutoff']: { method: Method; parameter: Parameters<RevocationPort[Method]>[0] }
}['check' | 'revoke' | 'cutoff']

async function answer(store: RevocationPort, question: Question): Promise<unknown> {
  switch (question.method) {
    case 'check':
      return store.check(question.parameter)
    case 'revoke':
      return store.revoke(question.parameter)
    case 'cutoff':
      return store.cutoff(question.parameter)
  }
}
