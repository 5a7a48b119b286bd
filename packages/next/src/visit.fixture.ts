import {
  createSessions,
  generateKey,
  parseKeyring,
  type SessionEvent,
  type Sessions,
  type SessionsOptions,
} from '@encrypted-session/core'
import { createRevocation } from '@encrypted-session/core/revocation'
import { createClock, type FixedClock } from '@encrypted-session/testing'

/** What the sessions of these tests hold. */
export interface Visit {
  note?: string
  tags: string[]
}

/** Sessions under a clock that stands still, and what they tell. */
export interface Scene {
  readonly sessions: Sessions<Visit>
  readonly clock: FixedClock
  readonly events: SessionEvent[]
}

const key = await generateKey()

/** Sessions whose seals are due to be extended after a minute. */
export function createScene(options: Partial<SessionsOptions<Visit>> = {}): Scene {
  const clock = createClock()
  const events: SessionEvent[] = []
  const sessions = createSessions({
    keyring: () => parseKeyring(key),
    initial: (): Visit => ({ tags: [] }),
    lifetime: { absolute: 36_000, idle: 600, extendAfter: 60 },
    now: clock,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { sessions, clock, events }
}

/** A revocation store that cannot answer. */
export const SILENT: NonNullable<SessionsOptions<Visit>['revocation']> = createRevocation({
  check: fail,
  revoke: fail,
  cutoff: fail,
})

/** One that answers, and takes nothing in. */
export const DEAF: typeof SILENT = createRevocation({ check: () => 'alive', revoke: fail, cutoff: () => 0 })

function fail(): never {
  throw new Error('The store is away.')
}

/** The Cookie header of a browser that got these Set-Cookie lines. */
export function cookiesOf(lines: readonly string[]): string {
  return lines.map((line) => line.split(';')[0]).join('; ')
}
