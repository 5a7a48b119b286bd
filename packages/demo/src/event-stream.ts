import type { EventLog } from './event-log.ts'
import { eventStreamText } from './page/events.ts'

/** Sent with `GET /events`. */
export const eventStreamHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
}

// Soon enough for eyes.
const PAUSE_MS = 200

/**
 * What `GET /events` streams: every event of the log from the first reading on, as text for an EventSource. It looks into the
 * log now and then and is not called back, since a Worker may not write to the stream of another request. So the log knows of
 * no visitor who could leave, nor of an answer to HEAD that is never read.
 */
export function eventStream(log: EventLog): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let last: number | undefined
  const leaving = new AbortController()
  const { signal } = leaving
  return new ReadableStream(
    {
      async pull(controller) {
        if (last === undefined) {
          last = log.latestId()
          controller.enqueue(encoder.encode('retry: 2000\n\n'))
          return
        }
        while (!signal.aborted && log.latestId() === last) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
        if (signal.aborted) return
        const news = log.recent(last)
        last = log.latestId()
        controller.enqueue(encoder.encode(news.toReversed().map(eventStreamText).join('')))
      },
      cancel() {
        leaving.abort()
      },
    },
    // Nothing is read ahead, so that "from the first reading on" holds.
    { highWaterMark: 0 },
  )
}
