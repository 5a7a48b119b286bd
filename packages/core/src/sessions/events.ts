import { platformDiagnostics } from '#diagnostics'
import type { Bytes } from '../base/bytes.ts'
import { tell } from '../base/listener.ts'
import type { RejectionReason } from '../base/rejection.ts'
import type { WriteReason } from './plan.ts'
import type { Refer, SessionReference } from './references.ts'

/** What an app does while the revocation store cannot answer: `closed` refuses whoever touches a session (503), `open` trusts the cookie. */
export type UnavailablePolicy = 'closed' | 'open'

/** Why changes did not reach the browser. */
export type UncommittedReason =
  /** The response has a status of 500 or above. */
  | 'failed-response'
  /** The data was sealed by a newer version of the app, which must not be overwritten. */
  | 'newer-data'
  /** Another request has replaced this session's id a moment ago. */
  | 'superseded'
  /** Another request has written the stored session since this one read it. */
  | 'conflict'
  /** The session was revoked while the handler was running. */
  | 'revoked'
  /** The session does not fit: the handler's error names the sizes. */
  | 'too-large'
  /** The data cannot be sealed, or does not satisfy the schema: the handler's error says where. */
  | 'invalid-data'
  /** The response had begun before the change was made, or never passed the adapter. */
  | 'late'

/**
 * What happened to a session. Never holds data, keys, subjects or token text, so it can be logged as it is,
 * but for an `error`, behind which may stand what the app's own code threw: of that, log the text.
 * `cookie` is the cookie's base name.
 */
export type SessionEvent =
  | { readonly type: 'opened'; readonly cookie: string; readonly session: SessionReference; readonly keyId: string }
  | {
      readonly type: 'rejected'
      readonly cookie: string
      readonly reason: RejectionReason
      readonly keyId?: string
      readonly bytes: number
      readonly chunks: number
    }
  | {
      readonly type: 'sealed'
      readonly cookie: string
      readonly session: SessionReference
      readonly reason: WriteReason
      readonly keyId: string
      readonly bytes: number
      readonly chunks: number
    }
  | { readonly type: 'cleared'; readonly cookie: string; readonly session?: SessionReference }
  | {
      readonly type: 'revoked'
      readonly cookie: string
      readonly target: 'session' | 'superseded' | 'subject' | 'all'
      readonly session?: SessionReference
    }
  | {
      readonly type: 'revocation-failed'
      readonly cookie: string
      readonly session: SessionReference
      readonly error: unknown
      readonly retry: 'scheduled' | 'given-up'
    }
  | {
      readonly type: 'unavailable'
      readonly cookie: string
      readonly policy: UnavailablePolicy
      readonly error: unknown
    }
  | { readonly type: 'uncommitted'; readonly cookie: string; readonly reason: UncommittedReason }
  | { readonly type: 'keyring-refused'; readonly cookie: string; readonly error: unknown }
  | { readonly type: 'insecure-transport'; readonly cookie: string; readonly host: string }

/** A listener. Not awaited; what it throws is ignored, so that logging cannot break a response. */
export type EventListener = (event: SessionEvent) => void

/** What is told of one cookie: its name is known. */
type Untold<Event> = Event extends unknown ? Omit<Event, 'cookie'> : never
/** What is told of a session that has yet to be named. */
type Unnamed<Event> = Event extends { readonly session?: SessionReference } ? Omit<Event, 'cookie' | 'session'> : never

/** Tells listeners what happened to the sessions of one cookie. */
export interface Emitter {
  /** Whether anyone listens: what costs something is worked out only then. */
  isHeard(): boolean
  emit(event: Untold<SessionEvent>): void
  /** Tells of the session with this id, by its reference. */
  emitOf(id: Bytes | undefined, event: Unnamed<SessionEvent>): Promise<void>
}

/** Joins the app's listener and the platform's channel. */
export function createEmitter(cookie: string, onEvent: EventListener | undefined, refer: Refer): Emitter {
  const isHeard = (): boolean => onEvent !== undefined || platformDiagnostics.hasSubscribers()
  const emit = (untold: Untold<SessionEvent>): void => {
    // The cast says what the types of `emit` and `emitOf` have taken apart.
    const event = { ...untold, cookie } as SessionEvent
    if (onEvent) tell(onEvent, event)
    if (platformDiagnostics.hasSubscribers()) platformDiagnostics.publish(event)
  }
  return {
    isHeard,
    emit,
    async emitOf(id, event) {
      // The cast trusts the caller: only what may lack a session is told without an id.
      if (!isHeard()) return
      emit((id === undefined ? event : { ...event, session: await refer(id) }) as Untold<SessionEvent>)
    },
  }
}
