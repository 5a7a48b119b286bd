import type { Sessions } from '@encrypted-session/core'
import type { EventLog, Site, Visit } from '@encrypted-session/demo'
import type { SessionEnv } from '@encrypted-session/hono'

/** What `c.var` holds in the demo. */
export type DemoEnv = SessionEnv<Sessions<Visit>>

/** What the routes are made with. */
export interface Demo {
  readonly sessions: Sessions<Visit>
  readonly site: Site
  readonly log: EventLog
  /** Whether cookies are for https only. */
  readonly secure: boolean
}
