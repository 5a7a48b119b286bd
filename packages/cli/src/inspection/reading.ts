import {
  createSessions,
  type CookieOptions,
  days,
  type Keyring,
  type LifetimesOptions,
  type RejectionReason,
  type Seconds,
  type SessionEvent,
  type SessionSnapshot,
} from '@encrypted-session/core'

type Data = Record<string, unknown>

/** As which sessions a cookie is read. */
export interface ReadingOptions {
  readonly keyring: Keyring
  readonly name: string
  readonly audience: string | undefined
  readonly lifetime: LifetimesOptions
  readonly now: Seconds
}

/** What a refused cookie still tells. */
interface Refused {
  readonly kind: 'refused'
  readonly reason: RejectionReason
  readonly keyId: string | undefined
  readonly bytes: number
  readonly chunks: number
}

/** What a cookie says, or why it was not accepted. */
export type Reading = Refused | SessionSnapshot<Data>

/** Reads a Cookie header as an app with these settings would; only its store, revocation and schema are not asked. */
export async function readCookie(header: string, options: ReadingOptions): Promise<Reading> {
  const { audience, keyring, lifetime, name, now } = options
  let refused: Refused | undefined
  const sessions = createSessions({
    keyring,
    lifetime,
    cookie: cookieOptions(name),
    ...(audience !== undefined && { audience }),
    now: () => now,
    onEvent(event: SessionEvent) {
      if (event.type !== 'rejected') return
      const { bytes, chunks, keyId, reason } = event
      refused = { kind: 'refused', reason, keyId, bytes, chunks }
    },
  })
  const view = await sessions.read(header)
  if (view.kind === 'session') return view
  // A cookie without a value is none, and nothing is told of it.
  return refused ?? { kind: 'refused', reason: 'malformed', keyId: undefined, bytes: name.length, chunks: 1 }
}

/** The same with limits that nearly nothing exceeds, to show what an expired session held, and when it was sealed. */
export async function readLaxly(header: string, options: ReadingOptions): Promise<LaxReading | undefined> {
  // From later on, what was not yet valid is.
  for (const now of [options.now, options.now + LAX_IDLE]) {
    const reading = await readCookie(header, { ...options, lifetime: LAX, now })
    // The idle limit is the nearer one, so the end of the session tells when it was sealed.
    if (reading.kind === 'session') return { session: reading, sealedAt: reading.expiresAt - LAX_IDLE }
  }
  return undefined
}

/** A session whatever its times are. */
export interface LaxReading {
  readonly session: SessionSnapshot<Data>
  readonly sealedAt: Seconds
}

// Half of the most that the library takes: nobody's session lives for five years between its beginning and its last seal.
const LAX_IDLE = days(1825)
const LAX: LifetimesOptions = { absolute: days(3650), idle: LAX_IDLE }

function cookieOptions(name: string): CookieOptions {
  // As many chunks as there can be: the app may have set more than the default.
  return { name, maxChunks: 9, ...(!name.startsWith('__') && { secure: false }) }
}
