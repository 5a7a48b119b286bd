import { once } from 'node:events'
import { createEventLog, type EventLog, urlOf } from '@encrypted-session/demo'
import Koa from 'koa'
import { expect, it, onTestFinished, vi } from 'vitest'
import { assetRoutes } from './assets.ts'
import type { DemoContext, DemoState } from './demo.ts'
import { reportErrors } from './errors.ts'

/** A server, and how often its log was looked into. */
async function listen(): Promise<{ readonly url: string; readonly looks: () => number }> {
  const log = createEventLog()
  let count = 0
  const latestId = (): number => {
    count += 1
    return log.latestId()
  }
  const counted: EventLog = { ...log, latestId }
  const app = new Koa<DemoState, DemoContext>()
  reportErrors(app)
  const server = app.use(assetRoutes({ log: counted }).routes()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: urlOf(server.address()), looks: () => count }
}

it('a visitor who leaves the events leaves nothing behind, and no error is printed', async () => {
  const printed = vi.spyOn(console, 'error')
  onTestFinished(() => {
    printed.mockRestore()
  })
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
  expect(printed).not.toHaveBeenCalled()
})
