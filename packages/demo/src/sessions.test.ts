import { generateKey, parseKeyring, type SessionEvent } from '@encrypted-session/core'
import { createMemoryJar } from '@encrypted-session/testing'
import { expect, it } from 'vitest'
import { createEventLog } from './event-log.ts'
import { createDemoSessions } from './sessions.ts'

it('a key may be made at the first session, and not before', async () => {
  let made = 0
  const keyring = async (): ReturnType<typeof parseKeyring> => {
    made += 1
    return parseKeyring(await generateKey())
  }
  const sessions = createDemoSessions({ keyring }, createEventLog())
  expect(made).toBe(0)
  await sessions.ready()
  await sessions.ready()

  expect(made).toBe(1)
})

it('events go to the log and to the listener, cookies to the jar and to the log', async () => {
  const log = createEventLog()
  const told: SessionEvent[] = []
  const sessions = createDemoSessions({ keys: await generateKey(), onEvent: (event) => told.push(event) }, log)
  const jar = createMemoryJar()
  await log.follow(async () => {
    const request = {}
    const { handle, isOwner } = sessions.attach(request, jar)
    const session = await handle.open()
    session.data.visits += 1
    await handle.commit(200)

    expect([isOwner, sessions.attach(request, jar).isOwner]).toEqual([true, false])
    expect(log.setCookies()).toEqual([expect.stringMatching(/^session=/u)])
  })

  expect(told.map(({ type }) => type)).toEqual(['sealed'])
  expect(log.recent().map(({ event }) => event)).toEqual(told)
})
