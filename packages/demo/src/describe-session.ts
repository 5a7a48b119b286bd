import type { CookieFacts, Session } from '@encrypted-session/core'
import { type Plain, plain } from './plain.ts'
import type { Visit } from './visit.ts'

/** What `GET /api/session` answers. Times are seconds since 1970. */
export interface SessionDescription {
  readonly origin: 'fresh' | 'resumed'
  readonly id: string
  readonly subject: string | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly data: Plain
  /** Null as long as there is none: visitors who have done nothing get no cookie. */
  readonly cookie: CookieFacts | null
}

/** A session as the demo shows it. Reads only. */
export function describeSession({
  origin,
  id,
  subject,
  createdAt,
  expiresAt,
  data,
  cookie,
}: Session<Visit>): SessionDescription {
  return { origin, id, subject: subject ?? null, createdAt, expiresAt, data: plain(data), cookie: cookie ?? null }
}
