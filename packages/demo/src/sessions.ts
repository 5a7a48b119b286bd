import {
  type Clock,
  createSessions,
  type EventListener,
  type KeyringSource,
  parseKeyring,
  type Revocation,
  type Seconds,
  type Sessions,
} from '@encrypted-session/core'
import type { EventLog } from './event-log.ts'
import { recordingJar } from './recording-jar.ts'
import { emptyVisit, type Visit } from './visit.ts'

/** What an operator, or a test, chooses. */
export interface DemoSessionsOptions {
  /** As in SESSION_KEYS. */
  readonly keys?: string | undefined
  /** Instead of `keys`. A function is called at the first session: Workers may not make a key before that. */
  readonly keyring?: KeyringSource
  /** Default false: the demo runs on plain http. */
  readonly secure?: boolean
  readonly absolute?: Seconds
  readonly idle?: Seconds
  readonly extendAfter?: Seconds
  readonly revocation?: Revocation
  readonly now?: Clock
  readonly onEvent?: EventListener
}

/** The sessions of a demo, whose events and cookies go to its log. */
export function createDemoSessions(options: DemoSessionsOptions, log: EventLog): Sessions<Visit> {
  const { keys, keyring, secure = false, absolute, idle, extendAfter, revocation, now, onEvent } = options
  const sessions = createSessions({
    keyring: keyring ?? (() => parseKeyring(keys)),
    initial: emptyVisit,
    lifetime: {
      ...(absolute !== undefined && { absolute }),
      ...(idle !== undefined && { idle }),
      ...(extendAfter !== undefined && { extendAfter }),
    },
    cookie: { secure },
    ...(revocation !== undefined && { revocation }),
    ...(now !== undefined && { now }),
    onEvent: (event) => {
      log.record(event)
      onEvent?.(event)
    },
  })
  // The page shows the cookie that its own response sets. No application needs this.
  return { ...sessions, attach: (request, jar) => sessions.attach(request, recordingJar(jar, log)) }
}
