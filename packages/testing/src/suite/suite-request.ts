import type { Session } from '@encrypted-session/core'
import type { DemoData } from './bench.ts'

/** What the suite's own routes keep in a session. */
export interface SuiteData extends DemoData {
  types?: unknown
}

/** One request, as the suite's own routes want to see it. */
export interface SuiteRequest {
  readonly method: string
  readonly url: URL
  /** The body. */
  readonly text: string
  readonly session: Session<SuiteData>
  /** The session as a second mounting of the same sessions has it: only `/test/twice` asks. */
  readonly again?: Session<SuiteData>
  /** A header of the request. */
  header(name: string): string | undefined
  /** Adds a header to the response as a handler does, before the session is written. */
  addHeader(name: string, value: string): void
}
