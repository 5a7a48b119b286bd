import type { Seconds } from '../base/time.ts'
import type { FlashMessage } from './flash.ts'
import type { CookieFacts } from './open.ts'
import { StatefulSession } from './session.ts'
import type { SessionState } from './session-state.ts'

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
  /** The waiting messages; they keep waiting. */
  readonly flash: readonly FlashMessage[]
}

/** What a Cookie header says of the visitor: a session; nothing that is believed (with the data of a new visitor); or that it cannot be known now. */
export type SessionView<Data extends object> =
  | SessionSnapshot<Data>
  | { readonly kind: 'anonymous'; readonly data: DeepReadonly<Data>; readonly subject: undefined }
  | { readonly kind: 'unavailable'; readonly subject: undefined }

/** What a state shows to who may only look. */
export function viewOf<Data extends object>(state: SessionState<Data>): SessionView<Data> {
  if (state.unavailable) return { kind: 'unavailable', subject: undefined }
  const session = new StatefulSession(state, () => Promise.resolve())
  const data = deepFrozen(session.data)
  if (!session.cookie) return { kind: 'anonymous', data, subject: undefined }
  // The cast says what is listed below; a session that a cookie brought has one.
  const shown = Object.fromEntries(SHOWN.map((name) => [name, session[name]])) as Pick<SessionSnapshot<Data>, Shown>
  return { kind: 'session', data, ...shown, flash: Object.freeze(session.flash.peek()) }
}

const SHOWN = ['id', 'subject', 'createdAt', 'expiresAt', 'authenticatedAt', 'persistent', 'cookie'] as const
type Shown = (typeof SHOWN)[number]

/** Freezes a value at every depth, so that a change throws where it is made. Bytes, dates, maps and sets cannot be frozen; their types say it. */
export function deepFrozen<T extends object>(value: T): DeepReadonly<T> {
  if (!ArrayBuffer.isView(value)) Object.freeze(value)
  for (const item of Object.values(value)) {
    if (typeof item === 'object' && item !== null && !Object.isFrozen(item) && !ArrayBuffer.isView(item)) {
      deepFrozen(item as object)
    }
  }
  // The cast says what was just done.
  return value as DeepReadonly<T>
}
