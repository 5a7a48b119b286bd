import { platformDiagnostics } from '#diagnostics'
import type { RejectionReason } from '../base/rejection.ts'
import type { WriteReason } from './plan.ts'
import type { UnavailablePolicy } from './revocation.ts'

/** What a session is called in events: 16 hexadecimal characters that stay the same from request to request and lead back to nothing. */
export type SessionReference = string

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
 * What happened to a session. Never holds data, keys, subjects or token text, so it can be logged as it is.
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
  | { readonly type: 'insecure-transport'; readonly cookie: string; readonly host: string }

/** A listener. Not awaited; what it throws is ignored, so that logging cannot break a response. */
export type EventListener = (event: SessionEvent) => void

/** Tells listeners what happened. */
export interface Emitter {
  /** Whether anyone listens: what costs something is worked out only then. */
  isHeard(): boolean
  emit(event: SessionEvent): void
}

/** Joins the app's listener and the platform's channel. */
export function createEmitter(onEvent: EventListener | undefined): Emitter {
  return {
    isHeard() {
      return onEvent !== undefined || platformDiagnostics.hasSubscribers()
    },
    emit(event) {
      if (onEvent !== undefined) callListener(onEvent, event)
      if (platformDiagnostics.hasSubscribers()) platformDiagnostics.publish(event)
    },
  }
}

function callListener(listener: (event: SessionEvent) => unknown, event: SessionEvent): void {
  try {
    const answer = listener(event)
    // An async listener's rejection would otherwise end the process as unhandled.
    if (answer instanceof Promise) answer.catch(() => undefined)
  } catch {
    // A listener is the app's own code and may throw anything.
  }
}
