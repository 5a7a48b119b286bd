import type { SessionEvent } from '@encrypted-session/core'
import { expect, it } from 'vitest'
import { createEventLog, type EventLog } from './event-log.ts'
import { eventStream } from './event-stream.ts'

const opened: SessionEvent = { type: 'opened', cookie: 'session', session: 'a', keyId: '00000000' }

/** A log, and how often it was looked into. */
function counted(): { readonly log: EventLog; readonly looks: () => number } {
  const log = createEventLog()
  let count = 0
  const latestId = (): number => {
    count += 1
    return log.latestId()
  }
  return { log: { ...log, latestId }, looks: () => count }
}

it('tells what happens from the first reading on, in its order', async () => {
  const { log } = counted()
  log.record(opened)
  const reader = eventStream(log).pipeThrough(new TextDecoderStream()).getReader()

  expect((await reader.read()).value).toBe('retry: 2000\n\n')
  log.record(opened)
  log.record(opened)
  expect((await reader.read()).value).toMatch(/^id: 2\ndata: <li [\s\S]*?\n\nid: 3\ndata: <li [\s\S]*<\/li>\n\n$/u)
  log.record(opened)
  expect((await reader.read()).value).toMatch(/^id: 4\n/u)
  await reader.cancel()
})

it('an answer that nobody reads looks at nothing', async () => {
  const { log, looks } = counted()
  eventStream(log)
  await new Promise((resolve) => setTimeout(resolve, 10))

  expect(looks()).toBe(0)
})

it('does not look any more once the visitor has left', async () => {
  const { log, looks } = counted()
  const reader = eventStream(log).getReader()
  await reader.read()
  const waiting = reader.read()
  await expect.poll(looks).toBeGreaterThan(2)
  await reader.cancel()
  await waiting
  const before = looks()
  log.record(opened)
  await new Promise((resolve) => setTimeout(resolve, 500))

  expect(looks()).toBe(before)
})
