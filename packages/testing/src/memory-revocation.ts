import type { Clock, Seconds } from '@encrypted-session/core'
import {
  createRevocation,
  nextCutoff,
  type RevocableSession,
  type Revocation,
  type RevocationPort,
  type RevocationVerdict,
} from '@encrypted-session/core/revocation'

/** A revocation store in memory, for tests: two `sessions` that share it stand for two servers that share a Redis. It never forgets. */
export function createMemoryRevocation(now: Clock = () => Math.floor(Date.now() / 1000)): Revocation {
  return createRevocation(createMemoryPort(now))
}

/** As small as the port can be. */
function createMemoryPort(now: Clock): RevocationPort {
  const ended = new Set<string>()
  const supersededAt = new Map<string, { readonly readableUntil: Seconds }>()
  const successors = new Map<string, string>()
  const cutoffs = new Map<string, Seconds>()
  let cutoffOfAll: Seconds = 0

  const cutoff = (subject: string | undefined): Seconds =>
    Math.max(cutoffOfAll, (subject === undefined ? undefined : cutoffs.get(subject)) ?? 0)

  return {
    check({ id, subject, createdAt }: RevocableSession): RevocationVerdict {
      if (ended.has(id) || createdAt <= cutoff(subject)) return 'revoked'
      const superseded = supersededAt.get(id)
      if (superseded === undefined) return 'alive'
      return now() < superseded.readableUntil ? 'read-only' : 'superseded'
    },
    revoke(target) {
      switch (target.kind) {
        case 'session':
          // With what has replaced it: a logout that raced a `regenerate` ends both.
          for (let id: string | undefined = target.id; id !== undefined; id = successors.get(id)) ended.add(id)
          return
        case 'superseded':
          // The first time counts: a second one must not lengthen the grace.
          if (!supersededAt.has(target.id)) supersededAt.set(target.id, { readableUntil: now() + target.grace })
          successors.set(target.id, target.by)
          return
        case 'subject':
          cutoffs.set(target.subject, nextCutoff(cutoff(target.subject), now()))
          return
        case 'all':
          for (const each of cutoffs.values()) cutoffOfAll = Math.max(cutoffOfAll, each)
          cutoffOfAll = nextCutoff(cutoffOfAll, now())
      }
    },
    cutoff,
  }
}
