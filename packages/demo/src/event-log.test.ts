import type { SessionEvent } from '@encrypted-session/core'
import { expect, it } from 'vitest'
import { createEventLog } from './event-log.ts'

const sealed = (session: string, reason: 'changed' | 'regenerated'): SessionEvent => ({
  type: 'sealed',
  cookie: 'session',
  session,
  reason,
  keyId: '00000000',
  bytes: 200,
  chunks: 1,
})
const opened = (session: string): SessionEvent => ({ type: 'opened', cookie: 'session', session, keyId: '00000000' })

it('says why the session of a request was last written', () => {
  const log = createEventLog()
  log.record(sealed('a', 'regenerated'))
  log.record(sealed('b', 'changed'))

  const reason = log.follow(() => {
    log.record(opened('a'))
    return log.lastWrite()?.reason
  })
  expect(reason).toBe('regenerated')
})

it('does not know of writings before its time, nor of other sessions', () => {
  const log = createEventLog()
  log.record(sealed('b', 'changed'))

  expect(
    log.follow(() => {
      log.record(opened('a'))
      return log.lastWrite()
    }),
  ).toBeUndefined()
  expect(log.follow(() => log.lastWrite())).toBeUndefined()
})

it('keeps the newest events first, and not all of them', () => {
  const log = createEventLog()
  for (let count = 0; count < 1000; count++) log.record(opened('a'))

  expect(log.recent()[0]?.id).toBe(1000)
  expect(log.recent().length).toBeLessThan(100)
})

it('knows the cookies of a request, and of no other', () => {
  const log = createEventLog()
  const seen = log.follow(() => {
    log.recordCookie('session=a')
    return [log.setCookies(), log.follow(() => log.setCookies())]
  })
  log.recordCookie('session=b')

  expect(seen).toEqual([['session=a'], []])
  expect(log.setCookies()).toEqual([])
})
