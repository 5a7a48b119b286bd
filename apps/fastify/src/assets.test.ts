import { createEventLog, type EventLog } from '@encrypted-session/demo'
import { fastify } from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { assetRoutes } from './assets.ts'

/** A server, and how often its log was looked into. */
async function listen(): Promise<{ readonly url: string; readonly looks: () => number }> {
  const log = createEventLog()
  let count = 0
  const latestId = (): number => {
    count += 1
    return log.latestId()
  }
  const counted: EventLog = { ...log, latestId }
  const app = fastify({ forceCloseConnections: true })
  await app.register(assetRoutes, { log: counted })
  onTestFinished(() => app.close())
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), looks: () => count }
}

it('a visitor who leaves the events leaves nothing behind', async () => {
  const { url, looks } = await listen()
  const { body } = await fetch(`${url}/events`)
  await expect.poll(looks).toBeGreaterThan(2)
  await body?.cancel()
  const stopped = async (): Promise<boolean> => {
    const before = looks()
    await new Promise((resolve) => setTimeout(resolve, 500))
    return looks() === before
  }

  await expect.poll(stopped, { timeout: 5000 }).toBe(true)
})
