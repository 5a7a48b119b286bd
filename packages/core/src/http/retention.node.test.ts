import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { Session } from '../sessions/session.ts'
import { createScene } from '../sessions/visitor.fixture.ts'
import { withSession } from './with-node-session.ts'

setFlagsFromString('--expose-gc')
// The cast says what Node's documentation says of the function.
const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void

/*
 * V8 keeps a function that is assigned to an object's property until a full collection, and with it all that the function
 * sees: a response, its request, the session. Under load such requests pile up to hundreds of megabytes, and what moves them
 * about stops the server for tens of milliseconds at a time.
 */
describe('requests that are over are free to go, without a full garbage collection', () => {
  const uses: readonly (readonly [string, (session: Session) => unknown])[] = [
    ['that nobody looks at', () => undefined],
    ['that is read', (session) => session.data],
    ['that is written', (session) => (session.data['count'] = Math.random())],
  ]
  it.each(uses)('with a session %s', { timeout: 30_000 }, async (_, use) => {
    const { sessions } = createScene()
    const listener = withSession(
      sessions,
      (_request, response: ServerResponse, session) => {
        use(session)
        return () => response.end('ok')
      },
      (error) => {
        throw error
      },
    )
    const server = createServer((request, response) => void listener(request, response)).listen(0)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const { port } = server.address() as AddressInfo
    const visit = async (times: number): Promise<void> => {
      for (let count = 0; count < times; count++) {
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
          get({ port, agent }, resolve).on('error', reject)
        })
        await text(response)
      }
    }
    const used = (): number => {
      // What has survived two of them has survived all.
      for (let round = 0; round < 3; round++) collect({ type: 'minor' })
      return process.memoryUsage().heapUsed / 2 ** 20
    }
    await visit(500)
    const before = used()
    const grown: number[] = []
    // A full collection may come by in one of them.
    for (let round = 0; round < 4; round++) {
      await visit(250)
      grown.push(used() - before)
    }
    agent.destroy()
    server.close()
    expect(Math.max(...grown)).toBeLessThan(1.5)
  })
})
