import type { SessionDescription } from '../describe-session.ts'
import type { LastWrite, LoggedEvent } from '../event-log.ts'
import type { TypesComparison } from '../types.ts'
import type { HeldCookie } from './held-cookies.ts'

/** What is the same on every page of one running demo. */
export interface Site {
  /** As its users write it: "Fastify". */
  readonly framework: string
  /** Whether the key was made when the server started, so that sessions end with it. */
  readonly hasTemporaryKey: boolean
  readonly hasRevocation: boolean
}

/** What the visitor has chosen for colours; `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark'

/** What a visitor has just done whose effect shows elsewhere on the page: the words that `?did=` may say. */
export type Deed = 'note' | 'types' | 'id'

/** Everything that one page shows. */
export interface PageView {
  readonly site: Site
  readonly theme: Theme
  readonly session: SessionDescription
  readonly persistent: boolean
  /** What the request that led here did, as `deedOf` reads it from the query. */
  readonly did: Deed | undefined
  /** What came back of the typed values. */
  readonly types: TypesComparison
  /** Messages that were taken out of the session for this page. */
  readonly flash: readonly string[]
  /** The session's cookies as the browser holds them after this response. */
  readonly held: readonly HeldCookie[]
  readonly lastWrite: LastWrite | undefined
  /** The newest first. */
  readonly events: readonly LoggedEvent[]
  /** The value of a session cookie that the visitor has kept aside. */
  readonly copy: string | undefined
  /** What came of presenting that copy, on the page that answers it. */
  readonly replay?: Replay
  /** In seconds since 1970. */
  readonly now: number
}

/** What `sessions.read` said of a copied cookie. */
export interface Replay {
  readonly outcome: 'opened' | 'current' | 'refused' | 'unavailable'
  readonly subject: string | null
}

/** The deed that a query names: anybody can write one, so other words are nothing. */
export function deedOf(value: unknown): Deed | undefined {
  return value === 'note' || value === 'types' || value === 'id' ? value : undefined
}

/** The theme that a cookie asks for. */
export function themeOf(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'auto'
}
