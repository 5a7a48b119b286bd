import { toHex } from '../base/bytes.ts'
import { SessionError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import { type Flash, type FlashMessage, flashMessage, ofKind } from './flash.ts'
import { expiresAt } from './lifetime.ts'
import type { CookieFacts } from './open.ts'
import { check } from '../base/check.ts'
import { checkRegenerate, checkSubject, type RegenerateOptions } from './regeneration.ts'
import { isPlainObject } from './schema.ts'
import { dataOf, idOf, randomId, type SessionState, startAnew, touched } from './session-state.ts'

/** One visitor's session in one request. Using any property of it makes the response vary by cookie. */
export interface Session<Data extends object = Record<string, unknown>> {
  /** The app's own data. Change it in any way, at any depth; it is written when its encoding has changed. */
  data: Data
  /** 32 hexadecimal characters. Stable from request to request once the session has been written. */
  readonly id: string
  /** `resumed` when the request brought a session, else `fresh`. */
  readonly origin: 'fresh' | 'resumed'
  /** Who is signed in, as `regenerate` was told. */
  readonly subject: string | undefined
  /** When the session began, or its user last authenticated: seconds since 1970. */
  readonly createdAt: Seconds
  /** When it ends if it is not used again: seconds since 1970. */
  readonly expiresAt: Seconds
  /** When the subject last authenticated, in seconds since 1970: for asking again before something grave. */
  readonly authenticatedAt: Seconds | undefined
  /** The cookie that the request brought, or that was just written. */
  readonly cookie: CookieFacts | undefined
  /** Whether the cookie stays when the browser is closed ("remember me"). */
  persistent: boolean
  /** Messages for the next page. */
  readonly flash: Flash
  /** A new id. With a `subject`: that user has just authenticated, and the lifetime starts again. Call it at every login and change of privilege. */
  regenerate(options?: RegenerateOptions): void
  /** Ends the session. Data that is written afterwards belongs to a new, anonymous one. */
  destroy(): void
  /** Writes the cookie now. Adapters do this; needed only for responses that pass them by. */
  commit(): Promise<void>
}

/** The session object of a state. Without a `commit`, one to be looked at. */
export class StatefulSession<Data extends object> implements Session<Data> {
  readonly #state: SessionState<Data>
  readonly #commit: (() => Promise<void>) | undefined
  #flash: Flash | undefined

  constructor(state: SessionState<Data>, commit?: () => Promise<void>) {
    this.#state = state
    this.#commit = commit
    // `session.user = …` throws instead of being lost: data belongs into `session.data`.
    Object.preventExtensions(this)
  }

  get data(): Data {
    return dataOf(this.#touched)
  }

  set data(value: Data) {
    const state = this.#touched
    check(
      isPlainObject(value),
      'session.data must be a plain object; to end it call session.destroy()',
      'ERR_DATA_INVALID',
    )
    state.data = value
  }

  get id(): string {
    return toHex(idOf(this.#touched))
  }

  get origin(): 'fresh' | 'resumed' {
    return this.#touched.opened ? 'resumed' : 'fresh'
  }

  get subject(): string | undefined {
    return this.#touched.claims.subject
  }

  get createdAt(): Seconds {
    const { claims, settings } = this.#touched
    return claims.createdAt ?? settings.now()
  }

  get expiresAt(): Seconds {
    const { claims, settings } = this.#touched
    const { createdAt } = this
    return expiresAt({ ...claims, createdAt, sealedAt: claims.sealedAt ?? createdAt }, settings.lifetimes)
  }

  get authenticatedAt(): Seconds | undefined {
    return this.subject === undefined ? undefined : this.createdAt
  }

  get cookie(): CookieFacts | undefined {
    const { cookie, settings } = this.#touched
    return cookie && { name: settings.attributes.name, ...cookie }
  }

  get persistent(): boolean {
    return this.#touched.claims.persistent
  }

  set persistent(value: boolean) {
    const state = this.#changing('persistent')
    check(typeof value === 'boolean', 'session.persistent must be a boolean', 'ERR_DATA_INVALID')
    state.claims = { ...state.claims, persistent: value }
  }

  get flash(): Flash {
    void this.#touched
    return (this.#flash ??= this.#createFlash())
  }

  regenerate(options: RegenerateOptions = {}): void {
    const state = this.#changing('regenerate')
    checkRegenerate(options, 'session.regenerate')
    const { subject, data } = options
    // `{ subject: user.id }` with no id is a login that would not happen, and nobody would know.
    if ('subject' in options) checkSubject(subject)
    const { claims, settings } = state
    const { sealedAt } = claims
    state.regenerated = true
    state.claims = { ...claims, id: randomId(), sealedAt: sealedAt && Math.max(sealedAt, settings.now()) }
    if (subject === undefined) return
    const isOther = claims.subject !== undefined && claims.subject !== subject && data !== 'keep'
    if (isOther) {
      state.data = settings.initial()
      state.flash = []
    }
    // The one who asked to be remembered may have been another.
    const persistent = claims.persistent && !isOther
    state.claims = { ...state.claims, subject, persistent, createdAt: undefined, sealedAt: undefined }
  }

  destroy(): void {
    const state = this.#changing('destroy')
    state.former ??= state.opened
    state.destroyed = true
    // What must not be written over is given up.
    state.restriction = undefined
    startAnew(state)
  }

  async commit(): Promise<void> {
    void this.#touched
    await this.#commit?.()
  }

  /** The claims that a session came with; `undefined` for a fresh one. */
  static claimsOf<Data extends object>(session: Session<Data>): Claims | undefined {
    check(#state in session, 'keep must be a session of this request')
    return session.#state.opened?.claims
  }

  get #touched(): SessionState<Data> {
    return touched(this.#state)
  }

  /** The state for a change of the session's own facts. Data needs none: it is compared at the end. */
  #changing(what: string): SessionState<Data> {
    const state = this.#touched
    check(
      state.progress !== 'committed',
      `session.${what} comes too late: the headers are written`,
      'ERR_SESSION_COMMITTED',
    )
    return state
  }

  #createFlash(): Flash {
    const peek = (kind?: string): FlashMessage[] => ofKind(this.#state.flash, kind)
    return Object.freeze({
      add: (kind: string, text: string) => {
        const state = this.#changing('flash.add')
        state.flash = [...state.flash, flashMessage(kind, text)]
      },
      take: (kind?: string) => {
        const taken = peek(kind)
        if (taken.length > 0) {
          const state = this.#changing('flash.take')
          state.flash = state.flash.filter((message) => !taken.includes(message))
        }
        return taken
      },
      peek,
    })
  }
}

/** Says what the engine does not: neither its own error for what can only be read, nor the silence of non-strict code, names the remedy. */
function refuseAssignment(name: string): never {
  throw new SessionError(
    'ERR_SESSION_ASSIGNED',
    `session.${name} cannot be set: set session.data.${name}, or call session.regenerate({ subject }).`,
  )
}

const { prototype } = StatefulSession
// Behind the class: reached only for properties that it does not have.
Object.setPrototypeOf(prototype, new Proxy({}, { set: (_target, name) => refuseAssignment(String(name)) }))
for (const [name, accessor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
  if (!accessor.get || accessor.set) continue
  const set = (): void => refuseAssignment(name)
  Object.defineProperty(prototype, name, { set })
}
