import type {
  Clock,
  EventListener,
  Keyring,
  MaybePromise,
  Revocation,
  Seconds,
  SessionEvent,
} from '@encrypted-session/core'

/** An app with the routes that the README of this package lists, and what it can be asked for. */
export interface SessionApp {
  /** Starts one more server. Called several times with different options, also while others run. */
  start(options: StartOptions): Promise<RunningApp>
  readonly features?: AppFeatures
}

/** The settings of one server. Each stands for an environment setting of the demo apps or, from `testRoutes` on, for tests only. */
export interface StartOptions {
  /** The text for `parseKeyring`. */
  readonly keys: string
  /** A Secure cookie named `__Host-Http-session`. Default: a cookie named `session` that plain http may carry. */
  readonly secure?: boolean
  readonly absolute?: Seconds
  readonly idle?: Seconds
  readonly extendAfter?: Seconds
  /** For `createSessions`; or `own`, the app's own, which all servers with the same keys share. */
  readonly revocation?: Revocation | 'own'
  /** Serve the routes under `/test/`. */
  readonly testRoutes?: boolean
  /** Believe `X-Forwarded-Proto`. */
  readonly trustProxy?: boolean
  /** For `createSessions`, where `features.clock` says so. */
  readonly now?: Clock
  /** For `createSessions`, instead of `keys`, where `features.keyring` says so. */
  readonly keyring?: Keyring
  /** For `createSessions`, where `features.events` says so and the server has no `events` of its own. */
  readonly onEvent?: EventListener
}

/** One server. */
export interface RunningApp {
  readonly url: string
  close(): Promise<void>
  /** All events so far: for a server in another process, which cannot call `onEvent`. */
  events?(): MaybePromise<readonly SessionEvent[]>
}

/** What the app, its framework or the way it is started can do. What is missing is shown as skipped. */
export interface AppFeatures {
  /** `port`: start takes a store. `own`: start takes `own`. Default `none`. */
  readonly revocation?: 'port' | 'own' | 'none'
  /** start takes `now`. Default false: what needs time to pass waits for it. */
  readonly clock?: boolean
  /** start takes `keyring`. Default false. */
  readonly keyring?: boolean
  /** start takes `onEvent`, or the server has `events`. Default false: reasons of rejections go unchecked. */
  readonly events?: boolean
  /** start takes `trustProxy`. Default false. */
  readonly trustProxy?: boolean
  /** The session sees the raw Cookie header, two cookies of one name included. Default true. */
  readonly duplicateNames?: boolean
  /** Two Cookie headers of one request are joined as cookies. Default true; workerd joins them with a comma, which is no separator of cookies. */
  readonly secondCookieHeader?: boolean
  /** A GET route answers HEAD too. Default true. */
  readonly head?: boolean
  /** The adapter can set `Vary`; `returned`: on what a handler returns, not on what Next makes of a throw. Default true. */
  readonly vary?: boolean | 'returned'
  /** Which of the routes under `/test/` are there. Default none. */
  readonly testRoutes?: readonly TestRoute[]
}

/** A route under `/test/`. */
export type TestRoute = 'headers' | 'not-modified' | 'shared-error' | 'shared-response' | 'slow' | 'twice'

/** The functions of a test framework: Vitest, Jest, Mocha, Bun and node:test all have them. */
export interface SuiteRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: {
    (name: string, body: () => Promise<void>): unknown
    skip(name: string, body: () => Promise<void>): unknown
  }
  /** `after` in Mocha and node:test. */
  readonly afterAll: (body: () => Promise<void>) => unknown
}
