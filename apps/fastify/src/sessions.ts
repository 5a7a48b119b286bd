import {
  type Clock,
  createSessions,
  type EventListener,
  type Keyring,
  parseKeyring,
  type Revocation,
  type Seconds,
  type Session,
  type Sessions,
} from '@encrypted-session/core'
import { emptyVisit, type EventLog, type Visit } from '@encrypted-session/demo'

declare module 'fastify' {
  interface FastifyRequest {
    session: Session<Visit>
  }
}

/** What an operator, or a test, chooses. */
export interface DemoSessionsOptions {
  /** As in SESSION_KEYS. */
  readonly keys?: string | undefined
  /** Instead of `keys`. */
  readonly keyring?: Keyring
  /** Default false: the demo runs on plain http. */
  readonly secure?: boolean
  readonly absolute?: Seconds
  readonly idle?: Seconds
  readonly extendAfter?: Seconds
  readonly revocation?: Revocation
  readonly now?: Clock
  readonly onEvent?: EventListener
}

/** The sessions of the demo. */
export function createDemoSessions(options: DemoSessionsOptions, log: EventLog): Sessions<Visit> {
  const { keys, keyring, secure = false, absolute, idle, extendAfter, revocation, now, onEvent } = options
  return createSessions({
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
}
