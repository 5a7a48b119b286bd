import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningApp } from './app.ts'
import type { SuiteAnswer } from './suite-answer.ts'
import type { SuiteRequest } from './suite-request.ts'

/** One request on Node's server, as the suite's routes want to see it. */
export async function suiteRequest(
  request: IncomingMessage,
  response: ServerResponse,
  opened: Pick<SuiteRequest, 'session' | 'again'>,
): Promise<SuiteRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return {
    ...opened,
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://localhost'),
    text: Buffer.concat(chunks).toString(),
    header: (name) => request.headersDistinct[name]?.join(', '),
    addHeader: (name, value) => void response.appendHeader(name, value),
  }
}

/** Gives a response the status and the headers of an answer. */
export function prepare(response: ServerResponse, { status, headers }: SuiteAnswer): void {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

/** Writes the body of an answer, and ends the response. Node leaves it out where there must be none. */
export async function write(response: ServerResponse, { body }: SuiteAnswer): Promise<void> {
  if (typeof body === 'string') {
    response.end(body)
    return
  }
  for (const chunk of body) {
    response.write(chunk)
    await sleep(1)
  }
  response.end()
}

/** A server on this machine, on a port of its own. */
export async function listen(listener: RequestListener): Promise<RunningApp> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    // The cast: a server that listens on a port has such an address.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
