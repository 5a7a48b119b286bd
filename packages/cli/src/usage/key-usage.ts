import type { Seconds } from '@encrypted-session/core'
import { type LoggedEvent, parseEventLine } from './event-line.ts'

/** What the events say of one key. */
export interface KeyUsage {
  readonly opened: number
  readonly sealed: number
  /** Cookies that named this key and were not accepted. */
  readonly rejected: number
  /** When a cookie was last opened; absent where the events have no times. */
  readonly lastOpenedAt?: Seconds
}

/** What a log says of keys. */
export interface Usage {
  readonly byKey: ReadonlyMap<string, KeyUsage>
  /** Lines with an event of a key. */
  readonly events: number
  /** Other lines: they may be of the same log, and mean nothing here. */
  readonly otherLines: number
  /** Events that were left out since nothing says when they happened. */
  readonly undated: number
  readonly from?: Seconds
  readonly to?: Seconds
  /** Since when the log tells everything: from its first event on, or from `since` where it has older ones. */
  readonly coveredFrom?: Seconds
}

/** Counts what the lines of a log say of keys, from `since` on. */
export async function countUsage(lines: AsyncIterable<string>, since: Seconds | undefined): Promise<Usage> {
  const byKey = new Map<string, KeyUsage>()
  let [events, otherLines, undated] = [0, 0, 0]
  let [from, to, first] = [Infinity, -Infinity, Infinity]
  for await (const line of lines) {
    if (line.trim() === '') continue
    const event = parseEventLine(line)
    if (event === undefined) {
      otherLines++
      continue
    }
    const { at, keyId } = event
    if (since !== undefined && at === undefined) {
      undated++
      continue
    }
    if (at !== undefined) first = Math.min(first, at)
    if (since !== undefined && at !== undefined && at < since) continue
    events++
    if (at !== undefined) [from, to] = [Math.min(from, at), Math.max(to, at)]
    byKey.set(keyId, added(byKey.get(keyId) ?? NOTHING, event))
  }
  return {
    byKey,
    events,
    otherLines,
    undated,
    ...(to >= from && { from, to, coveredFrom: Math.max(first, since ?? first) }),
  }
}

/** The usage of a key of which no event speaks. */
export const NOTHING: KeyUsage = { opened: 0, sealed: 0, rejected: 0 }

function added(usage: KeyUsage, { at, type }: LoggedEvent): KeyUsage {
  const counted = { ...usage, [type]: usage[type] + 1 }
  // Lines of several machines come in no order.
  return type === 'opened' && at !== undefined
    ? { ...counted, lastOpenedAt: Math.max(at, usage.lastOpenedAt ?? at) }
    : counted
}
