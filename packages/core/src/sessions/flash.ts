import { SessionError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import { decodePayload, encodePayload } from '../codec/payload.ts'

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

/** spec/token.md "Flash": a list of [kind, text] pairs. `undefined` for none. */
export function encodeFlash(messages: readonly FlashMessage[]): string | undefined {
  if (messages.length === 0) return undefined
  return encodePayload(messages.map(({ kind, text }) => [kind, text]))
}

/** The messages of a flash text, or `undecodable`. */
export function decodeFlash(encoded: string | undefined): FlashMessage[] | Rejection {
  if (encoded === undefined) return []
  const pairs = decodePayload(encoded)
  if (!Array.isArray(pairs)) return new Rejection('undecodable')
  const messages: FlashMessage[] = []
  for (const pair of pairs as readonly unknown[]) {
    if (!isPairOfTexts(pair)) return new Rejection('undecodable')
    messages.push({ kind: pair[0], text: pair[1] })
  }
  return messages
}

/** The message, checked. Throws `ERR_DATA_INVALID` for what is not text. */
export function flashMessage(kind: string, text: string): FlashMessage {
  if (isPairOfTexts([kind, text])) return { kind, text }
  throw new SessionError(
    'ERR_DATA_INVALID',
    'session.flash.add takes two texts: a kind such as "info", and the message.',
  )
}

function isPairOfTexts(pair: unknown): pair is readonly [string, string] {
  return Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && typeof pair[1] === 'string'
}
