import type { CookieJar } from '../cookie/jar.ts'
import type { parseKeyring } from '../seal/keyring.ts'
import type { SessionEvent } from './events.ts'
import type { Session } from './session.ts'
import type { createSessions } from './sessions.ts'

/** A vector as spec/README.md describes it. */
export interface Vector<Expected = unknown> {
  readonly name: string
  readonly keys: string
  readonly cookie: string
  readonly audience: string | null
  readonly maxChunks: number
  readonly lifetime: { readonly absolute: number; readonly idle: number | null }
  readonly now: number
  readonly header: string
  readonly expect: Expected
}

/** What a vector that opens holds. */
export interface Accepted {
  readonly keyId: string
  readonly chunks: number
  readonly id: string
  readonly createdAt: number
  readonly sealedAt: number
  readonly subject: string | null
  readonly generation: number | null
  readonly dataVersion: number | null
  readonly persistent: boolean
  readonly flash: readonly (readonly [string, string])[]
  readonly canonical: boolean
  readonly payload: string | null
  readonly payloadBytes: number
  readonly payloadSha256: string
  readonly data: unknown
}

/** Why a vector does not open, and the step that says so. */
export interface Refused {
  readonly reason: string
  readonly step: string
}

/** What this needs of the package, from its source or as it was built. */
interface Core {
  readonly createSessions: typeof createSessions
  readonly parseKeyring: typeof parseKeyring
}

/** What came out of a request that carried a vector's header, by the way that every adapter takes. */
export interface Opened {
  readonly session: Session
  readonly reasons: readonly string[]
  /** What the response was told: nothing, where only was read. */
  readonly written: readonly string[]
}

/** Opens a vector through the public interface and touches the session, so that its data is decoded. */
export async function openThrough(core: Core, vector: Vector): Promise<Opened> {
  const reasons: string[] = []
  const written: string[] = []
  const { dataVersion } = vector.expect as Partial<Accepted>
  const sessions = core.createSessions({
    keyring: () => core.parseKeyring(vector.keys),
    cookie: { name: vector.cookie, maxChunks: vector.maxChunks },
    ...(vector.audience !== null && { audience: vector.audience }),
    ...(dataVersion && { upgrade: { version: dataVersion, from: () => ({}) } }),
    lifetime: { absolute: vector.lifetime.absolute, idle: vector.lifetime.idle ?? 'off' },
    now: () => vector.now,
    onEvent: (event: SessionEvent) => {
      if (event.type === 'rejected') reasons.push(event.reason)
    },
  })
  const jar: CookieJar = {
    get: (name) => (name === 'cookie' ? vector.header : undefined),
    set: ({ text }) => void written.push(text),
    revise: () => undefined,
  }
  const session = await sessions.attach({}, jar).handle.open()
  void session.data
  return { session, reasons, written }
}
