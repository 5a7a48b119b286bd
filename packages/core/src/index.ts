export {
  SessionError,
  type SessionErrorCode,
  SessionHttpError,
  SessionTooLargeError,
  SessionUnavailableError,
} from './base/errors.ts'
export type { MaybePromise } from './base/maybe-promise.ts'
export type { RejectionReason } from './base/rejection.ts'
export { type Clock, days, hours, minutes, type Seconds } from './base/time.ts'
export type { CookieAttributes, CookieOptions, SameSite, SetCookie } from './cookie/attributes.ts'
export type { CookieJar, RequestHeader } from './cookie/jar.ts'
export { generateKey, type Key, type KeyStatus } from './seal/key.ts'
export { createKeyring, type Keyring, type KeySet, parseKeyring } from './seal/keyring.ts'
export type { EventListener, SessionEvent, UnavailablePolicy, UncommittedReason } from './sessions/events.ts'
export type { SessionReference } from './sessions/references.ts'
export type { Flash, FlashMessage } from './sessions/flash.ts'
export type { Handle } from './sessions/handle.ts'
export { aal1, aal2, aal3, type LifetimeOptions, type LifetimesOptions } from './sessions/lifetime.ts'
export type { HeaderOptions, KeyringSource, SessionsOptions } from './sessions/options.ts'
export type { WriteReason } from './sessions/plan.ts'
export type { Revocation } from './sessions/revocation.ts'
export type { StandardIssue, StandardResult, StandardSchema, Upgrade } from './sessions/schema.ts'
export type { RegenerateOptions } from './sessions/regeneration.ts'
export type { Session } from './sessions/session.ts'
export type { CookieFacts } from './sessions/open.ts'
export type { OverflowPolicy } from './sessions/port.ts'
export type { Store } from './sessions/store.ts'
export { createSessions, type ReadOptions, type SessionOf, type Sessions } from './sessions/sessions.ts'
export {
  type AnonymousView,
  type DeepReadonly,
  type ReadOnlyFlash,
  type ReadOnlyView,
  type SessionSnapshot,
  type SessionView,
  viewOf,
} from './sessions/view.ts'
