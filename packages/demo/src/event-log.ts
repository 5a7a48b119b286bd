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
  /** The newest first. */
  recent(): readonly LoggedEvent[]
  /** Calls back with every event from now on, until the returned function is called. */
  subscribe(listener: (logged: LoggedEvent) => void): () => void
  /** Runs one request, so that `lastWrite` within it knows which session is meant. */
  follow<Result>(request: () => Result): Result
  /** Why and when the session of this request was last written. `undefined` when that was before this process. */
  lastWrite(): LastWrite | undefined
}

const KEPT = 60

/** An empty log. */
export function createEventLog(): EventLog {
  const requests = new AsyncLocalStorage<{ session?: SessionReference }>()
  const listeners = new Set<(logged: LoggedEvent) => void>()
  let events: readonly LoggedEvent[] = []
  let count = 0

  return {
    record(event) {
      const request = requests.getStore()
      if (request !== undefined && (event.type === 'opened' || event.type === 'sealed')) request.session = event.session
      const logged = { id: ++count, at: Math.floor(Date.now() / 1000), event }
      events = [logged, ...events].slice(0, KEPT)
      for (const listener of listeners) listener(logged)
    },
    recent: () => events,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    follow: (request) => requests.run({}, request),
    lastWrite() {
      const session = requests.getStore()?.session
      for (const { at, event } of events) {
        if (event.type === 'sealed' && event.session === session) return { at, reason: event.reason }
      }
      return undefined
    },
  }
}
