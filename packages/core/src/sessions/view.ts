import type { Seconds } from '../base/time.ts'
import { type Flash, ofKind } from './flash.ts'
import type { CookieFacts } from './open.ts'
import type { Session } from './session.ts'

/** A value that can only be read, at every depth. */
export type DeepReadonly<T> = T extends (...parameters: never[]) => unknown
  ? T
  : T extends Date
    ? Omit<Date, `set${string}`>
    : T extends ReadonlyMap<infer Key, infer Value>
      ? ReadonlyMap<DeepReadonly<Key>, DeepReadonly<Value>>
      : T extends ReadonlySet<infer Item>
        ? ReadonlySet<DeepReadonly<Item>>
        : T extends Uint8Array
          ? T
          : T extends object
            ? { readonly [Property in keyof T]: DeepReadonly<T[Property]> }
            : T

/** A session that cannot be changed from here. */
export interface SessionSnapshot<Data extends object> {
  readonly kind: 'session'
  readonly data: DeepReadonly<Data>
  readonly id: string
  readonly subject: string | undefined
  readonly createdAt: Seconds
  readonly expiresAt: Seconds
  readonly authenticatedAt: Seconds | undefined
  readonly persistent: boolean
  readonly cookie: CookieFacts
  readonly flash: ReadOnlyFlash
}

/** The messages that wait in a session; looking at them lets them wait. */
export type ReadOnlyFlash = Readonly<Pick<Flash, 'peek'>>

/** A visitor of whom nothing is known, with the data of a new one. */
export interface AnonymousView<Data extends object> {
  readonly kind: 'anonymous'
  readonly data: DeepReadonly<Data>
  readonly subject: undefined
  readonly flash: ReadOnlyFlash
}

/** What a Cookie header says of the visitor: a session; nothing that is believed (with the data of a new visitor); or that it cannot be known now. */
export type SessionView<Data extends object> =
  SessionSnapshot<Data> | AnonymousView<Data> | { readonly kind: 'unavailable'; readonly subject: undefined }

/** A session that can only be looked at; of a visitor who has none, what a new one would have. */
export type ReadOnlyView<Data extends object> = SessionSnapshot<Data> | AnonymousView<Data>

/**
 * A frozen copy of an open session as it is now, for adapters that show it where nothing can be written.
 * Throws `SessionUnavailableError` like the session itself.
 */
export function viewOf<Data extends object>(session: Session<Data>): ReadOnlyView<Data> {
  // A copy: the session's own data stays the handler's to change.
  return frozenView(session, structuredClone(session.data))
}

/** The view of a session with this data, which is frozen. */
export function frozenView<Data extends object>(session: Session<Data>, data: Data): ReadOnlyView<Data> {
  // Copies: the session's own messages stay as they are.
  const messages = session.flash.peek().map((message) => Object.freeze({ ...message }))
  const common = {
    data: deepFrozen(data),
    flash: Object.freeze({ peek: (kind?: string) => ofKind(messages, kind) }),
  }
  if (!session.cookie) return Object.freeze({ kind: 'anonymous', subject: undefined, ...common })
  // The cast says what is listed below; a session that has a cookie has them all.
  const shown = Object.fromEntries(SHOWN.map((name) => [name, deepFrozen(session[name])])) as Pick<
    SessionSnapshot<Data>,
    Shown
  >
  return Object.freeze({ kind: 'session', ...shown, ...common })
}

const SHOWN = ['id', 'subject', 'createdAt', 'expiresAt', 'authenticatedAt', 'persistent', 'cookie'] as const
type Shown = (typeof SHOWN)[number]

/** Freezes a value at every depth, so that a change throws where it is made. Bytes, dates, maps and sets cannot be frozen; their types say it. */
export function deepFrozen<T>(value: T): DeepReadonly<T> {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value) && !ArrayBuffer.isView(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFrozen)
  }
  // The cast says what was just done.
  return value as DeepReadonly<T>
}
