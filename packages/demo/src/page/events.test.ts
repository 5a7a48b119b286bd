import type { SessionEvent } from '@encrypted-session/core'
import { expect, it } from 'vitest'
import { eventStreamText, renderEvents } from './events.ts'

const opened = (session: string): SessionEvent => ({ type: 'opened', cookie: 'session', session, keyId: '0000cafe' })
const rejected: SessionEvent = { type: 'rejected', cookie: 'session', reason: 'forged', bytes: 200, chunks: 1 }

/** What the rows say after their times. */
function rows(...events: SessionEvent[]): string[] {
  const logged = events.map((event, index) => ({ id: events.length - index, at: 0, event }))
  const items = renderEvents(logged).markup.split('</time>').slice(1)
  return items.map((item) =>
    item
      .replaceAll(/<time.*|<[^>]*>/gsu, '')
      .replaceAll(/\s+/gu, ' ')
      .trim(),
  )
}

it.each([
  ['one', [opened('a')], ['opened by key 0000cafe a']],
  ['three in a row', [opened('a'), opened('a'), opened('a')], ['opened ×3 by key 0000cafe a']],
  ['of two sessions', [opened('a'), opened('b')], ['opened by key 0000cafe a', 'opened by key 0000cafe b']],
  [
    'with another between them',
    [opened('a'), rejected, rejected, opened('a')],
    ['opened by key 0000cafe a', 'rejected ×2 forged: its tag does not fit what it says', 'opened by key 0000cafe a'],
  ],
  ['more than are shown', Array.from({ length: 60 }, () => opened('a')), ['opened ×60 by key 0000cafe a']],
])('folds what says the same: %s', (_title, events, expected) => {
  expect(rows(...events)).toEqual(expected)
})

it('a streamed event is one row, by which the page can fold', () => {
  const text = eventStreamText({ id: 7, at: 0, event: opened('a') })

  expect(text).toMatch(/^id: 7\ndata: <li [^>]*data-times="1" data-wording="opened by key 0000cafe a">/u)
})
