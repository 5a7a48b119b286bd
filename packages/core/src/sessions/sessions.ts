import type { CookieJar } from '../cookie/jar.ts'
import { findSession } from './find-session.ts'
import { createHandle, type Handle } from './handle.ts'
import { check } from '../base/check.ts'
import { resolveOptions, type SessionsOptions } from './options.ts'
import type { Revoker } from './revocation.ts'
import { checkSubject } from './regeneration.ts'
import { type Session, StatefulSession } from './session.ts'
import { SessionState } from './session-state.ts'
import { anything, group, shape, typed } from './shape.ts'
import { frozenView, type SessionView } from './view.ts'

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
  // Registered by name, so that two that would write the same cookie meet here.
  const slot = Symbol.for(`encrypted-session ${settings.attributes.name}`)
  const revoker = (): Revoker => {
    check(settings.revoker !== undefined, 'This needs createSessions({ revocation })', 'ERR_REVOCATION_MISSING')
    return settings.revoker
  }

  return Object.freeze({
    cookieName: settings.attributes.name,
    async ready() {
      await settings.sealer()
    },
    attach(request: object, jar: CookieJar) {
      // The cast names what is written below; that it was written by this Sessions is checked first.
      const slots = request as { [slot]?: { readonly settings: unknown; readonly handle: Handle<Data> } }
      const isOwner = slots[slot] === undefined
      const kept = (slots[slot] ??= { settings, handle: createHandle(settings, jar) })
      const { name } = settings.attributes
      check(
        kept.settings === settings,
        `Two sessions of one app use the cookie ${name}: give one of them a cookie.name`,
      )
      return { handle: kept.handle, isOwner }
    },
    async read(cookieHeader: string | null | undefined, reading: ReadOptions = {}) {
      checkHeader(cookieHeader ?? undefined, 'The Cookie header')
      checkReading(reading, 'sessions.read')
      const { origin, allowedOrigins } = reading
      const isAllowed = allowedOrigins === undefined || allowedOrigins.includes(origin ?? '')
      const state = new SessionState(settings)
      if (isAllowed) await findSession(state, cookieHeader)
      if (state.unavailable) return { kind: 'unavailable', subject: undefined } as const
      const session = new StatefulSession(state)
      return frozenView(session, session.data)
    },
    async revokeSubject(subject: string, { keep }: { readonly keep?: Session<Data> } = {}) {
      checkSubject(subject)
      await revoker().endSubject(subject, keep, keep && StatefulSession.claimsOf(keep))
    },
    async revokeAll() {
      await revoker().endAll()
    },
  })
}

const checkHeader = typed('string')

// RFC 6454 §6.2, as browsers send it: scheme, host, and a port where it is not the scheme's own.
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#\s]+$/u

/** A guard that a typing error would leave open is checked on every call: JavaScript callers have no types. */
const checkReading = group({
  origin: anything,
  allowedOrigins: shape(
    (list) => Array.isArray(list) && list.every((origin) => typeof origin === 'string' && ORIGIN.test(origin)),
    'origins without a path: ["https://shop.example"]',
  ),
})
