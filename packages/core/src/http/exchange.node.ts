import { createServer, get, type IncomingMessage, type RequestListener } from 'node:http'
import {
  connect,
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import type { NodeRequest } from './node-jar.ts'
import type { NodeServerResponse } from './with-node-session.ts'

/** What tests do with a response of either protocol. */
export interface TestResponse extends NodeServerResponse {
  getHeaderNames(): readonly string[]
  write(text: string): unknown
  end(text?: string): unknown
  flushHeaders(): unknown
}

/** A listener for a server of either protocol. */
export type Listener = (request: NodeRequest, response: TestResponse) => unknown

/** What came over the wire. */
export interface Received {
  readonly status: number
  /** Not in HTTP/2. */
  readonly reason: string
  /** Names in lower case and in order, without what Node adds of its own. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** One request to a server of its own, over a real connection. */
export type Exchange = (listener: Listener, headers?: Readonly<Record<string, string>>) => Promise<Received>

type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void

const OF_NODE = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', ':status']

export const overHttp1: Exchange = (listener, headers = {}) =>
  // The cast forgets what else Node's response can do.
  withServer(createServer(listener as RequestListener), async (port) => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, agent: false, headers }, resolve).on('error', reject)
    })
    let body = ''
    for await (const chunk of response) body += String(chunk)
    const { statusCode = 0, statusMessage = '', rawHeaders } = response
    return { status: statusCode, reason: statusMessage, headers: received(rawHeaders), body }
  })

export const overHttp2: Exchange = (listener, headers = {}) =>
  // The same; Node's types leave out `flushHeaders`.
  withServer(createHttp2Server(listener as unknown as Http2Listener), async (port) => {
    const session = connect(`http://localhost:${port}`)
    try {
      const request = session.request(headers)
      const response = await new Promise<Omit<Received, 'body'>>((resolve, reject) => {
        request.on('response', ({ ':status': status = 0 }, _flags, list) => {
          resolve({ status, reason: '', headers: received(list) })
        })
        request.on('close', reject)
      })
      let body = ''
      for await (const chunk of request) body += String(chunk)
      return { ...response, body }
    } finally {
      session.close()
    }
  })

/** The values of one header. */
export function valuesOf({ headers }: Received, name: string): string[] {
  return headers.filter(([each]) => each === name).map(([, value]) => value)
}

function received(list: readonly string[]): Received['headers'] {
  return list
    .flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), list[at + 1] ?? ''] as const] : []))
    .filter(([name]) => !OF_NODE.includes(name))
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
}

async function withServer(server: Server, use: (port: number) => Promise<Received>): Promise<Received> {
  await new Promise<void>((resolve) => {
    server.listen(0, resolve)
  })
  try {
    // The cast: a server that listens on a port has such an address.
    return await use((server.address() as AddressInfo).port)
  } finally {
    server.close()
  }
}
