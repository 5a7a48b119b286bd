import { toHex } from '../base/bytes.ts'
import { SessionError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import { type Flash, type FlashMessage, flashMessage } from './flash.ts'
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

/** The session object of a state. */
export class StatefulSession<Data extends object> implements Session<Data> {
  readonly #state: SessionState<Data>
  readonly #commit: () => Promise<void>
  #flash: Flash | undefined

  constructor(state: SessionState<Data>, commit: () => Promise<void>) {
    this.#state = state
    this.#commit = commit
    // `session.user = …` throws instead of being lost: data belongs into `session.data`.
    Object.preventExtensions(this)
  }

  get data(): Data {
    return dataOf(touched(this.#state))
  }

  set data(value: Data) {
    const state = touched(this.#state)
    check(
      isPlainObject(value),
      'session.data must be a plain object; to end it call session.destroy()',
      'ERR_DATA_INVALID',
    )
    state.data = value
  }

  get id(): string {
    return toHex(idOf(touched(this.#state)))
  }

  get origin(): 'fresh' | 'resumed' {
    return touched(this.#state).opened ? 'resumed' : 'fresh'
  }

  get subject(): string | undefined {
    return touched(this.#state).claims.subject
  }

  get createdAt(): Seconds {
    const { claims, settings } = touched(this.#state)
    return claims.createdAt ?? settings.now()
  }

  get expiresAt(): Seconds {
    const { createdAt } = this
    const { claims, settings } = this.#state
    const { persistent, sealedAt = settings.now() } = claims
    return expiresAt({ createdAt, sealedAt, persistent }, settings.lifetimes)
  }

  get authenticatedAt(): Seconds | undefined {
    return this.subject === undefined ? undefined : this.createdAt
  }

  get cookie(): CookieFacts | undefined {
    return touched(this.#state).cookie
  }

  get persistent(): boolean {
    return touched(this.#state).claims.persistent
  }

  set persistent(value: boolean) {
    const state = this.#changing('persistent')
    check(typeof value === 'boolean', 'session.persistent must be a boolean', 'ERR_DATA_INVALID')
    state.claims = { ...state.claims, persistent: value }
  }

  get flash(): Flash {
    touched(this.#state)
    this.#flash ??= this.#createFlash()
    return this.#flash
  }

  regenerate(options: RegenerateOptions = {}): void {
    const state = this.#changing('regenerate')
    checkRegenerate(options, 'session.regenerate')
    const { subject, data } = options
    // `{ subject: user.id }` with no id is a login that would not happen, and nobody would know.
    if ('subject' in options) checkSubject(subject)
    const { claims, settings } = state
    const now = settings.now()
    const id = randomId()
    state.regenerated = true
    if (subject === undefined) {
      state.claims = { ...claims, id, sealedAt: claims.sealedAt && Math.max(claims.sealedAt, now) }
      return
    }
    const isOther = claims.subject !== undefined && claims.subject !== subject && data !== 'keep'
    if (isOther) {
      state.data = settings.initial()
      state.flash = []
    }
    // The one who asked to be remembered may have been another.
    const persistent = claims.persistent && !isOther
    state.claims = { ...claims, id, subject, persistent, createdAt: now, sealedAt: undefined }
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
    touched(this.#state)
    await this.#commit()
  }

  /** The claims that a session came with; `undefined` for a fresh one. */
  static claimsOf<Data extends object>(session: Session<Data>): Claims | undefined {
    return #state in session ? session.#state.opened?.claims : undefined
  }

  /** The state for a change of the session's own facts. Data needs none: it is compared at the end. */
  #changing(what: string): SessionState<Data> {
    check(
      touched(this.#state).progress !== 'committed',
      `session.${what} comes too late: the headers are written`,
      'ERR_SESSION_COMMITTED',
    )
    return this.#state
  }

  #createFlash(): Flash {
    const messages = (): FlashMessage[] => (this.#state.flash ??= [])
    const peek = (kind?: string): FlashMessage[] =>
      messages().filter((message) => kind === undefined || message.kind === kind)
    return Object.freeze({
      add: (kind: string, text: string) => {
        this.#changing('flash.add')
        messages().push(flashMessage(kind, text))
      },
      take: (kind?: string) => {
        const taken = peek(kind)
        if (taken.length > 0) {
          this.#changing('flash.take').flash = messages().filter((message) => !taken.includes(message))
        }
        return taken
      },
      peek,
    })
  }
}

/** Says what the engine does not: neither its own error for what can only be read, nor the silence of non-strict code, names the remedy. */
function refuseAssignment(name: PropertyKey): never {
  throw new SessionError(
    'ERR_SESSION_ASSIGNED',
    `session.${String(name)} cannot be set: set session.data.${String(name)}, or call session.regenerate({ subject }).`,
  )
}

// Behind the class: reached only for properties that it does not have.
Object.setPrototypeOf(StatefulSession.prototype, new Proxy({}, { set: (_target, name) => refuseAssignment(name) }))
for (const [name, accessor] of Object.entries(Object.getOwnPropertyDescriptors(StatefulSession.prototype))) {
  if (accessor.get === undefined || accessor.set !== undefined) continue
  const set = (): void => refuseAssignment(name)
  Object.defineProperty(StatefulSession.prototype, name, { set })
}
