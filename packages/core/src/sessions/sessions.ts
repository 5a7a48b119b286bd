import { SessionError, SessionUnavailableError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import { toHex } from '../base/bytes.ts'
import { decodePayload } from '../codec/payload.ts'
import type { CookieJar } from '../cookie/jar.ts'
import { decodeFlash } from './flash.ts'
import { findSession, type FoundSession, tellUndecodable } from './find-session.ts'
import { createHandle, type Handle } from './handle.ts'
import { expiresAt } from './lifetime.ts'
import { resolveOptions, type SessionsOptions, type Settings } from './options.ts'
import type { Revoker } from './revocation.ts'
import { checkSubject } from './regeneration.ts'
import { keepSession, type Session } from './session.ts'
import { isPlainObject } from './schema.ts'
import { deepFrozen, readOnlyFlash, type SessionView } from './view.ts'

/** The sessions of one app under one cookie name. Made once; serves every request. */
export interface Sessions<Data extends object = Record<string, unknown>> {
  /** The cookie's base name. */
  readonly cookieName: string
  /** Loads the keyring if that has not happened. Throws what is wrong with it: await it at start, so that a bad key stops the deploy and not a visitor. */
  ready(): Promise<void>
  /** For adapters: the handle of a request, made on the first call and kept on it under a symbol. `isOwner` is true for that call only; who gets it commits. */
  attach(request: object, jar: CookieJar): { readonly handle: Handle<Data>; readonly isOwner: boolean }
  /** What a Cookie header says, without a response: for WebSocket upgrades and gateways. Writes nothing. */
  read(cookieHeader: string | null | undefined, options?: ReadOptions): Promise<SessionView<Data>>
  /** Ends every session of a subject, on every device. `keep` is regenerated instead, as after a change of password. Throws `ERR_REVOCATION_MISSING` without a revocation store. */
  revokeSubject(subject: string, options?: { readonly keep?: Session<Data> }): Promise<void>
  /** Ends every session. Throws `ERR_REVOCATION_MISSING` without a revocation store. */
  revokeAll(): Promise<void>
}

/** What `read` checks beside the cookie. */
export interface ReadOptions {
  /** The request's Origin header. */
  readonly origin?: string | null | undefined
  /** The origins whose pages may connect (ASVS 4.4.2): a browser sends the cookie with WebSockets that any site opens. */
  readonly allowedOrigins?: readonly string[]
}

/** The type of `request.session` and its like, for a given `sessions`. */
export type SessionOf<S> = S extends Sessions<infer Data> ? Session<Data> : never

/**
 * Makes the sessions of an app. Throws `ERR_OPTIONS_INVALID` or `ERR_INITIAL_INVALID` at once for what is wrong with the options.
 *
 * @example
 * ```ts
 * interface Visit { user?: { name: string }; cart: { item: string; qty: number }[] }
 *
 * export const sessions = createSessions({
 *   keyring: () => parseKeyring(process.env.SESSION_KEYS),
 *   initial: (): Visit => ({ cart: [] }),
 *   lifetime: { absolute: days(14), idle: hours(12) },
 * })
 * ```
 */
export function createSessions<Data extends object = Record<string, unknown>>(
  options: SessionsOptions<Data>,
): Sessions<Data> {
  const settings = resolveOptions(options)
  // A property, not a WeakMap: one in the old generation keeps every request alive until the next full garbage collection.
  const slot = Symbol('encrypted-session')

  const revoker = (): Revoker => {
    if (settings.revoker !== undefined) return settings.revoker
    throw new SessionError(
      'ERR_REVOCATION_MISSING',
      'Ending sessions elsewhere needs a store: createSessions({ revocation }). A cookie alone cannot be called back.',
    )
  }

  return Object.freeze({
    cookieName: settings.attributes.name,
    async ready() {
      await settings.sealer()
    },
    attach(request: object, jar: CookieJar) {
      // The cast names what is written three lines below, by this Sessions alone.
      const slots = request as { [slot]?: Handle<Data> }
      const present = slots[slot]
      if (present !== undefined) return { handle: present, isOwner: false }
      const handle = (slots[slot] = createHandle(settings, jar))
      return { handle, isOwner: true }
    },
    async read(cookieHeader: string | null | undefined, reading: ReadOptions = {}) {
      checkReading(cookieHeader, reading)
      const { origin, allowedOrigins } = reading
      if (!cookieHeader || (allowedOrigins !== undefined && !allowedOrigins.includes(origin ?? ''))) {
        return anonymous(settings)
      }
      const found = await findSession(settings, cookieHeader)
      if (found instanceof SessionUnavailableError) return { kind: 'unavailable', subject: undefined } as const
      return found === undefined || 'rejection' in found ? anonymous(settings) : snapshot(settings, found)
    },
    async revokeSubject(subject: string, { keep }: { readonly keep?: Session<Data> } = {}) {
      checkSubject(subject)
      const store = revoker()
      // Before the store is told: a session that comes too late to be kept is not to be lost.
      if (keep !== undefined) await keepSession(keep, subject, (claims) => store.isAlive(claims))
      await store.endAll({ kind: 'subject', subject })
    },
    async revokeAll() {
      await revoker().endAll({ kind: 'all' })
    },
  })
}

/** A guard that a typing error would leave open is checked on every call: JavaScript callers have no types. */
function checkReading(cookieHeader: unknown, options: ReadOptions): void {
  if (!['string', 'undefined'].includes(typeof (cookieHeader ?? undefined))) {
    throw new SessionError(
      'ERR_OPTIONS_INVALID',
      'sessions.read takes the text of a Cookie header: sessions.read(request.headers.cookie).',
    )
  }
  const unknown = Object.keys(options).find((name) => !['origin', 'allowedOrigins'].includes(name))
  if (unknown !== undefined) {
    throw new SessionError(
      'ERR_OPTIONS_INVALID',
      `${unknown} is not an option of sessions.read. Options are origin, allowedOrigins.`,
    )
  }
  const { allowedOrigins = [] } = options
  if (
    Array.isArray(allowedOrigins) &&
    allowedOrigins.every((origin: unknown) => typeof origin === 'string' && ORIGIN.test(origin))
  ) {
    return
  }
  throw new SessionError(
    'ERR_OPTIONS_INVALID',
    'allowedOrigins is a list of origins without a path: ["https://shop.example"].',
  )
}
// RFC 6454 §6.2, as browsers send it: scheme, host, and a port where it is not the scheme's own.
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#\s]+$/u

function anonymous<Data extends object>(settings: Settings<Data>): SessionView<Data> {
  return { kind: 'anonymous', data: deepFrozen(settings.initial()), subject: undefined, flash: readOnlyFlash([]) }
}

function snapshot<Data extends object>(
  settings: Settings<Data>,
  { opened, checked }: FoundSession<Data>,
): SessionView<Data> {
  const { claims, cookie, payloadText, flashText } = opened
  const decoded = checked?.data ?? decodePayload(payloadText)
  const flash = decodeFlash(flashText)
  if (!isPlainObject(decoded) || flash instanceof Rejection) {
    tellUndecodable(settings, cookie)
    return anonymous(settings)
  }
  return {
    kind: 'session',
    // The cast trusts what was sealed by this app under this name; `schema` checks it where it is configured.
    data: deepFrozen(decoded as Data),
    id: toHex(claims.id),
    subject: claims.subject,
    createdAt: claims.createdAt,
    expiresAt: expiresAt(claims, settings.lifetimes),
    authenticatedAt: claims.subject === undefined ? undefined : claims.createdAt,
    persistent: claims.persistent,
    cookie,
    flash: readOnlyFlash(flash),
  }
}
