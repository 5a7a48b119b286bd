import { decodePayload } from '../codec/payload.ts'
import { check } from '../base/check.ts'

/** A message for the next page, shown once. */
export interface FlashMessage {
  /** The app's own word, such as `info` or `error`. */
  readonly kind: string
  readonly text: string
}

/** Messages that wait in the session until they are taken. */
export interface Flash {
  /** Keeps a message until it is taken. */
  add(kind: string, text: string): void
  /** The waiting messages, or those of one kind, in the order they were added; they wait no longer. */
  take(kind?: string): FlashMessage[]
  /** The waiting messages, or those of one kind; they keep waiting. */
  peek(kind?: string): readonly FlashMessage[]
}

/** The text of no messages. A record has no flash then. */
export const NO_FLASH = '[]'

/** spec/token.md "Flash": a list of [kind, text] pairs. */
export function encodeFlash(messages: readonly FlashMessage[]): string {
  // Most sessions have none, on every request.
  if (messages.length === 0) return NO_FLASH
  return JSON.stringify(messages.map(({ kind, text }) => [kind, text]))
}

/** The messages of a flash text; `undefined` for what is none. */
export function decodeFlash(encoded: string): FlashMessage[] | undefined {
  if (encoded === NO_FLASH) return []
  const pairs = decodePayload(encoded)
  return Array.isArray(pairs) && pairs.every(isPairOfTexts) ? pairs.map(([kind, text]) => ({ kind, text })) : undefined
}

/** The message, checked. Throws `ERR_DATA_INVALID` for what is not text. */
export function flashMessage(kind: string, text: string): FlashMessage {
  check(isPairOfTexts([kind, text]), 'session.flash.add takes two strings: kind and text', 'ERR_DATA_INVALID')
  return { kind, text }
}

/** The messages of one kind, or all. */
export function ofKind(messages: readonly FlashMessage[], kind: string | undefined): FlashMessage[] {
  return messages.filter((message) => kind === undefined || message.kind === kind)
}

function isPairOfTexts(pair: unknown): pair is readonly [string, string] {
  return Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === 'string')
}
