import { createKeyring, days, hours, type Keyring, type RejectionReason, type Seconds } from '@encrypted-session/core'
import { type CookieInput, parseCookieInput } from './cookie-input.ts'
import { readCookie, type Reading, type ReadingOptions, readLaxly } from './reading.ts'

/** Everything that a look at a cookie has found. */
export interface Inspection {
  readonly cookie: {
    /** Absent for a value alone that was not opened: under every name it looks the same. */
    readonly name?: string
    readonly bytes: number
    readonly chunks: number
    /** Absent when it could not be told. */
    readonly version?: 1
    readonly keyId?: string
  }
  /** What is known of its key. */
  readonly key: 'seals' | 'primary' | 'active' | 'inactive' | 'revoked' | 'unknown'
  /** What it holds; absent without the key. */
  readonly session?: InspectedSession
  /** `unknown` without keys. */
  readonly accepted: 'yes' | 'no' | 'unknown'
  readonly reason?: RejectionReason
  /** By which the times were judged. */
  readonly lifetime: { readonly absolute: Seconds; readonly idle: Seconds | 'off' }
  /** Which of them are the app's own; the others are the library's defaults. */
  readonly given: { readonly absolute: boolean; readonly idle: boolean }
  /** Where the keys stand; absent without keys. */
  readonly keysFrom?: string
  readonly at: Seconds
}

/** The claims and the data of an opened session. */
export interface InspectedSession {
  readonly id: string
  readonly subject: string | undefined
  readonly createdAt: Seconds
  readonly sealedAt: Seconds
  /** When it ends if it is not used again, by the lifetime of the inspection. */
  readonly expiresAt: Seconds
  readonly persistent: boolean
  readonly flash: number
  readonly data: unknown
}

/** What to look at, and as which app. */
export interface InspectionOptions {
  readonly text: string
  readonly found: { readonly keyring: Keyring; readonly source: string } | undefined
  readonly cookieName: string | undefined
  readonly audience: string | undefined
  readonly absolute: Seconds | undefined
  readonly idle: Seconds | 'off' | undefined
  readonly now: Seconds
}

/** Looks into a cookie. Throws `ERR_OPTIONS_INVALID` for settings that no app can have. */
export async function inspectCookie(options: InspectionOptions): Promise<Inspection> {
  const { absolute = days(7), audience, cookieName, found, now, text } = options
  const { idle = Math.min(hours(24), absolute) } = options
  const input = parseCookieInput(text, cookieName)
  // Without keys one that has sealed nothing serves: what needs none is told all the same.
  const keyring = found?.keyring ?? (await createKeyring([crypto.getRandomValues(new Uint8Array(32))]))
  const shared = { keyring, audience, lifetime: { absolute, idle }, now }
  const { header, name, reading } = await bestReading(input, shared)
  const opened = await readLaxly(header, { ...shared, name })
  const cookie = cookieOf(reading, opened === undefined ? input.nameless : undefined, name)
  const given = { absolute: options.absolute !== undefined, idle: options.idle !== undefined }
  const common = { cookie, lifetime: { absolute, idle }, given, at: now } as const
  if (found === undefined) {
    return reading.kind === 'refused' && reading.reason !== 'unknown-key'
      ? { ...common, key: 'unknown', accepted: 'no', reason: reading.reason }
      : { ...common, key: 'unknown', accepted: 'unknown' }
  }
  return {
    ...common,
    keysFrom: found.source,
    key: keyState(cookie.keyId, keyring, now),
    accepted: reading.kind === 'session' ? 'yes' : 'no',
    ...(reading.kind === 'refused' && { reason: reading.reason }),
    ...(opened && {
      session: {
        id: opened.session.id,
        subject: opened.session.subject,
        createdAt: opened.session.createdAt,
        sealedAt: opened.sealedAt,
        expiresAt: Math.min(opened.session.createdAt + absolute, opened.sealedAt + (idle === 'off' ? Infinity : idle)),
        persistent: opened.session.persistent,
        flash: opened.session.flash.peek().length,
        data: opened.session.data,
      },
    }),
  }
}

/** A value alone does not say its cookie's name, to which its seal is bound: the usual ones are tried. */
async function bestReading(
  { header, names }: CookieInput,
  shared: Omit<ReadingOptions, 'name'>,
): Promise<{ readonly header: string; readonly name: string; readonly reading: Reading }> {
  const attempt = async (name: string) => {
    const reading = await readCookie(header(name), { ...shared, name })
    return { header: header(name), name, reading }
  }
  const [first, ...others] = names
  const begun = await attempt(first)
  for (const name of others) {
    if (begun.reading.kind !== 'refused' || begun.reading.reason !== 'forged') return begun
    const next = await attempt(name)
    if (next.reading.kind !== 'refused' || next.reading.reason !== 'forged') return next
  }
  return begun
}

function cookieOf(reading: Reading, nameless: string | undefined, name: string): Inspection['cookie'] {
  const { bytes, chunks, keyId } = reading.kind === 'session' ? reading.cookie : reading
  // The envelope was taken apart: only version 1 is.
  const envelope = keyId === undefined ? {} : ({ version: 1, keyId } as const)
  return nameless === undefined
    ? { name, bytes, chunks, ...envelope }
    : { bytes: Buffer.byteLength(nameless), chunks, ...envelope }
}

function keyState(keyId: string | undefined, { current }: Keyring, now: Seconds): Inspection['key'] {
  if (keyId === undefined) return 'unknown'
  if (current.revokedIds.has(keyId)) return 'revoked'
  const sealing = current.keys
    .filter(({ activateAt, status }) => status === 'primary' && activateAt <= now)
    .toSorted((one, other) => other.activateAt - one.activateAt)[0]
  if (sealing?.id === keyId) return 'seals'
  const key = current.keys.find(({ id }) => id === keyId)
  // A primary key that another one has overtaken counts as active, whether or not a file says so by now.
  return key?.status === 'primary' && key.activateAt <= now ? 'active' : (key?.status ?? 'unknown')
}
