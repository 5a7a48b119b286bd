import { generateKey, parseKeyring, type SessionEvent, type Sessions } from '@encrypted-session/core'
import {
  createDemoSessions,
  createEventLog,
  type DemoSettings,
  type EventLog,
  readEnvironment,
  type Site,
  siteOf,
  type Visit,
} from '@encrypted-session/demo'
import { createMemoryRevocation } from '@encrypted-session/testing'
import { remoteRevocation } from './remote-revocation.ts'

declare global {
  var log: EventLog | undefined
  var site: Site | undefined
  var sessions: Sessions<Visit> | undefined
  var told: SessionEvent[] | undefined
}

// As in the other demos, an empty text is no key.
if (process.env['SESSION_KEYS'] === '') delete process.env['SESSION_KEYS']
const { DEMO_TEST_ROUTES, DEMO_TEST_REVOCATION } = process.env

/** Whether the routes under /test/ are there. */
export const hasTestRoutes: boolean = DEMO_TEST_ROUTES === '1'

/** As the environment says. */
export const settings: DemoSettings = {
  ...readEnvironment(process.env, createMemoryRevocation),
  ...(DEMO_TEST_REVOCATION !== undefined && { revocation: remoteRevocation(DEMO_TEST_REVOCATION) }),
}

// Next evaluates this module up to four times in one process: for the proxy, for pages and actions, for route handlers and
// for the Pages Router. What all of them share is kept in globalThis.

/** What the page tells of. */
export const log: EventLog = (globalThis.log ??= createEventLog())

/** All events so far, where the test routes are there. */
export const told: SessionEvent[] = (globalThis.told ??= [])

/** What the page says of this app. */
export const site: Site = (globalThis.site ??= siteOf('Next.js', {
  ...settings,
  hasTemporaryKey: process.env['SESSION_KEYS'] === undefined,
}))

/** The sessions of this app. */
export const sessions: Sessions<Visit> = (globalThis.sessions ??= createDemoSessions(
  {
    ...settings,
    // A function: `next build` evaluates this module too, and has no key.
    keyring: async () => {
      process.env['SESSION_KEYS'] ??= await generateKey()
      return parseKeyring(process.env['SESSION_KEYS'])
    },
    ...(hasTestRoutes && { onEvent: (event) => void told.push(event) }),
  },
  log,
))
