import { AsyncLocalStorage } from 'node:async_hooks'
import type { EventListener, SessionEvent, SessionReference, WriteReason } from '@encrypted-session/core'

/** An event and when it happened. */
export interface LoggedEvent {
  /** Counts up from 1. */
  readonly id: number
  /** In seconds since 1970. */
  readonly at: number
  readonly event: SessionEvent
}

/** The last writing of a session that this process has seen. */
export interface LastWrite {
  readonly at: number
  readonly reason: WriteReason
}

/**
 * The last events of this process, for the page. Events hold no data, keys, subjects or token text, so any visitor may see
 * those of all.
 */
export interface EventLog {
  /** To be given to `createSessions` as `onEvent`. */
  readonly record: EventListener
  /** The newest first, those after the event of this id. Default 0: all that are kept. */
  recent(after?: number): readonly LoggedEvent[]
  /** The id of the newest event, 0 without one. */
  latestId(): number
  /** Runs one request, so that `lastWrite` and `setCookies` within it know which is meant. */
  follow<Result>(request: () => Result): Result
  /** Why and when the session of this request was last written. `undefined` when that was before this process. */
  lastWrite(): LastWrite | undefined
  /** Remembers the text of a Set-Cookie header that a session of this request has made. */
  recordCookie(text: string): void
  /** Those of this request so far: frameworks do not tell what a response will set, or not in time. */
  setCookies(): readonly string[]
}

const KEPT = 60

/** An empty log. */
export function createEventLog(): EventLog {
  const requests = new AsyncLocalStorage<{ session?: SessionReference; readonly setCookies: string[] }>()
  let events: readonly LoggedEvent[] = []
  let count = 0

  return {
    record(event) {
      const request = requests.getStore()
      if (request !== undefined && (event.type === 'opened' || event.type === 'sealed')) request.session = event.session
      events = [{ id: ++count, at: Math.floor(Date.now() / 1000), event }, ...events].slice(0, KEPT)
    },
    recent: (after = 0) => events.filter(({ id }) => id > after),
    latestId: () => count,
    follow: (request) => requests.run({ setCookies: [] }, request),
    lastWrite() {
      const session = requests.getStore()?.session
      for (const { at, event } of events) {
        if (event.type === 'sealed' && event.session === session) return { at, reason: event.reason }
      }
      return undefined
    },
    recordCookie: (text) => void requests.getStore()?.setCookies.push(text),
    setCookies: () => requests.getStore()?.setCookies ?? [],
  }
}
