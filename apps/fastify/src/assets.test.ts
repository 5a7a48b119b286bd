import { createEventLog, type EventLog } from '@encrypted-session/demo'
import { fastify } from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { assetRoutes } from './assets.ts'

/** A server, and how many listen to its log. */
async function listen(): Promise<{ readonly url: string; readonly listening: () => number }> {
  const log = createEventLog()
  let count = 0
  const counted: EventLog = {
    ...log,
    subscribe(listener) {
      const leave = log.subscribe(listener)
      count += 1
      return () => {
        count -= 1
        leave()
      }
    },
  }
  const app = fastify({ forceCloseConnections: true })
  await app.register(assetRoutes, { log: counted })
  onTestFinished(() => app.close())
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), listening: () => count }
}

it('HEAD of the events is answered at once, and nobody is left listening', async () => {
  const { url, listening } = await listen()
  const response = await fetch(`${url}/events`, { method: 'HEAD', signal: AbortSignal.timeout(2000) })

  expect(response.status).toBe(404)
  expect(listening()).toBe(0)
})

it('a visitor who leaves is not told any more', async () => {
  const { url, listening } = await listen()
  const { body } = await fetch(`${url}/events`)
  expect(listening()).toBe(1)
  await body?.cancel()

  await expect.poll(listening).toBe(0)
})
