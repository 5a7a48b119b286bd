import type { Sessions } from '@encrypted-session/core'
import type { EventLog, Site, Visit } from '@encrypted-session/demo'
import type { SessionContext } from '@encrypted-session/koa'
import type Koa from 'koa'

/** What the routes are made from. */
export interface Demo {
  readonly sessions: Sessions<Visit>
  readonly site: Site
  readonly log: EventLog
  /** Whether cookies are for https only. */
  readonly secure: boolean
}

/** What `ctx` has in every route, beside what Koa gives: the session. */
export type DemoState = Koa.DefaultState
export type DemoContext = SessionContext<Sessions<Visit>>
