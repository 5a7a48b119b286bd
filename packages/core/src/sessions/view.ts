import type { Seconds } from '../base/time.ts'
import type { Flash, FlashMessage } from './flash.ts'
import type { CookieFacts } from './open.ts'

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
  | SessionSnapshot<Data>
  | AnonymousView<Data>
  | { readonly kind: 'unavailable'; readonly subject: undefined }

/** Shows messages without a way to take them. */
export function readOnlyFlash(messages: readonly FlashMessage[]): ReadOnlyFlash {
  return Object.freeze({ peek: (kind?: string) => messages.filter((each) => kind === undefined || each.kind === kind) })
}

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
