import type { Seconds } from '../base/time.ts'
import { nextCutoff } from './cutoff.ts'
import type { Revocation, RevocationPort, RevocationTarget } from './revocation.ts'
import { createRevocation as aroundPort } from './revoker.ts'

/** A revocation store in a Map, as small as the port allows, with a switch that makes it fail. It is its own port, so that tests can watch it. */
export interface TestRevocation extends RevocationPort, Revocation {
  /** While true, every call throws. */
  failing: boolean
  /** What was asked of it, in order. */
  readonly calls: string[]
  readonly revoked: readonly RevocationTarget[]
}

export function createRevocation(
  clock: { readonly now: Seconds },
  options: { readonly revokeAnonymous?: boolean } = {},
): TestRevocation {
  const ids = new Map<string, { readonly from: Seconds }>()
  const successors = new Map<string, string>()
  const cutoffs = new Map<string | undefined, Seconds>()
  const revoked: RevocationTarget[] = []
  const calls: string[] = []
  const cutoff = (subject: string | undefined): Seconds =>
    Math.max(cutoffs.get(undefined) ?? 0, cutoffs.get(subject) ?? 0)
  const cut = (subject: string | undefined): void => {
    const present =
      subject === undefined
        ? [...cutoffs.values()].reduce((latest, each) => Math.max(latest, each), 0)
        : cutoff(subject)
    cutoffs.set(subject, nextCutoff(present, clock.now))
  }

  const store: TestRevocation = {
    ...options,
    get port() {
      return store
    },
    connect: (context) => aroundPort(store).connect(context),
    failing: false,
    calls,
    revoked,
    check({ id, subject, createdAt }) {
      call('check')
      if (createdAt <= cutoff(subject)) return 'revoked'
      const entry = ids.get(id)
      if (entry === undefined) return 'alive'
      if (entry.from === 0) return 'revoked'
      return clock.now < entry.from ? 'read-only' : 'superseded'
    },
    revoke(target) {
      call(`revoke ${target.kind}`)
      revoked.push(target)
      switch (target.kind) {
        case 'session':
          for (let id: string | undefined = target.id; id !== undefined; id = successors.get(id)) {
            ids.set(id, { from: 0 })
          }
          return
        case 'superseded':
          if (!ids.has(target.id)) ids.set(target.id, { from: clock.now + target.grace })
          successors.set(target.id, target.by)
          return
        case 'subject':
          cut(target.subject)
          return
        case 'all':
          cut(undefined)
      }
    },
    cutoff(subject) {
      call('cutoff')
      return cutoff(subject)
    },
  }
  const call = (name: string): void => {
    calls.push(name)
    if (store.failing) throw new Error('the store is down')
  }
  return store
}
