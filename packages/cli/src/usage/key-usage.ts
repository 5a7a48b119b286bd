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
  /** The keys of the keyset that the log names, the others that opened something, and a few of those that did not. */
  readonly byKey: ReadonlyMap<string, KeyUsage>
  /** Events of all other keys. */
  readonly otherKeyEvents: number
  /** Lines with an event of a key. */
  readonly events: number
  /** Other lines: they may be of the same log, and mean nothing here. */
  readonly otherLines: number
  /** Events of which nothing says when they happened. */
  readonly undated: number
  /** So many of these were left out, since only younger ones than a moment are counted. */
  readonly leftOut: number
  /** Events with a time more than a day ahead, which are not counted. */
  readonly ahead: number
  readonly from?: Seconds
  readonly to?: Seconds
  /** Since when the log tells everything: from its first event on, or from `since` where it has older ones. */
  readonly coveredFrom?: Seconds
}

/** What to count of a log. */
export interface CountingOptions {
  /** The ids that the keyset has or had. */
  readonly knownIds: ReadonlySet<string>
  readonly since: Seconds | undefined
  readonly now: Seconds
}

/** Counts what the lines of a log say of keys, from `since` on. */
export async function countUsage(
  lines: AsyncIterable<string>,
  { knownIds, now, since }: CountingOptions,
): Promise<Usage> {
  const byKey = new Map<string, KeyUsage>()
  let [events, otherLines, undated, ahead, otherKeyEvents, strangers, examples] = [0, 0, 0, 0, 0, 0, 0]
  let [from, to, first] = [Infinity, -Infinity, Infinity]
  for await (const line of lines) {
    if (line.trim() === '') continue
    const event = parseEventLine(line, now)
    if (event === undefined) {
      otherLines++
      continue
    }
    const { at, keyId } = event
    if (at === 'ahead') {
      ahead++
      continue
    }
    if (at === undefined) undated++
    if (since !== undefined && at === undefined) continue
    if (at !== undefined) first = Math.min(first, at)
    if (since !== undefined && at !== undefined && at < since) continue
    events++
    if (at !== undefined) [from, to] = [Math.min(from, at), Math.max(to, at)]
    const isListed = byKey.has(keyId) || knownIds.has(keyId)
    // Whoever sends cookies can make up ids without end. What was opened was opened by a key, and no app has very many.
    const hasRoom = event.type === 'opened' ? strangers < MOST_STRANGERS : examples < MOST_EXAMPLES
    if (!isListed && !hasRoom) {
      otherKeyEvents++
      continue
    }
    if (!isListed && event.type === 'opened') strangers++
    else if (!isListed) examples++
    byKey.set(keyId, added(byKey.get(keyId) ?? NOTHING, event.type, at))
  }
  return {
    byKey,
    otherKeyEvents,
    events,
    otherLines,
    undated,
    leftOut: since === undefined ? 0 : undated,
    ahead,
    ...(to >= from && { from, to, coveredFrom: Math.max(first, since ?? first) }),
  }
}

/** So many keys that the keyset does not have are told by their ids; events of others are only counted. */
const MOST_EXAMPLES = 10
/** The same of keys that opened something, as in the log of another app. */
const MOST_STRANGERS = 10_000

/** The usage of a key of which no event speaks. */
export const NOTHING: KeyUsage = { opened: 0, sealed: 0, rejected: 0 }

function added(usage: KeyUsage, type: LoggedEvent['type'], at: Seconds | undefined): KeyUsage {
  const counted = { ...usage, [type]: usage[type] + 1 }
  // Lines of several machines come in no order.
  return type === 'opened' && at !== undefined
    ? { ...counted, lastOpenedAt: Math.max(at, usage.lastOpenedAt ?? at) }
    : counted
}
