import { toHex } from '../base/bytes.ts'
import { SessionError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import { type Flash, type FlashMessage, flashMessage } from './flash.ts'
import { expiresAt } from './lifetime.ts'
import type { CookieFacts } from './open.ts'
import { checkRegenerate, checkSubject, type RegenerateOptions } from './regeneration.ts'
import { isPlainObject } from './schema.ts'
import { dataOf, idOf, randomId, type SessionState, startAnew, touch } from './session-state.ts'

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

/** Makes the session object of a state. */
export function createSession<Data extends object>(
  state: SessionState<Data>,
  commit: () => Promise<void>,
): Session<Data> {
  return new StatefulSession(state, commit)
}

/** Makes a session that is still alive survive the revocation of its subject, as one that has just authenticated. Throws `ERR_OPTIONS_INVALID` for a session of another subject. */
export function keepSession<Data extends object>(
  session: Session<Data>,
  subject: string,
  isAlive: (claims: Claims) => Promise<boolean>,
): Promise<void> {
  return StatefulSession.keep(session, subject, isAlive)
}

class StatefulSession<Data extends object> implements Session<Data> {
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
    touch(this.#state)
    return dataOf(this.#state)
  }

  set data(value: Data) {
    touch(this.#state)
    if (!isPlainObject(value)) {
      throw new SessionError(
        'ERR_DATA_INVALID',
        'session.data must be a plain object. To end a session call session.destroy().',
      )
    }
    this.#state.data = value
  }

  get id(): string {
    touch(this.#state)
    return toHex(idOf(this.#state))
  }

  get origin(): 'fresh' | 'resumed' {
    touch(this.#state)
    return this.#state.opened === undefined || this.#state.destroyed ? 'fresh' : 'resumed'
  }

  get subject(): string | undefined {
    touch(this.#state)
    return this.#state.subject
  }

  get createdAt(): Seconds {
    touch(this.#state)
    return this.#state.createdAt ?? this.#state.settings.now()
  }

  get expiresAt(): Seconds {
    const { createdAt } = this
    const { persistent, sealedAt = this.#state.settings.now(), settings } = this.#state
    return expiresAt({ createdAt, sealedAt, persistent }, settings.lifetimes)
  }

  get authenticatedAt(): Seconds | undefined {
    return this.subject === undefined ? undefined : this.createdAt
  }

  get cookie(): CookieFacts | undefined {
    touch(this.#state)
    return this.#state.cookie
  }

  get persistent(): boolean {
    touch(this.#state)
    return this.#state.persistent
  }

  set persistent(value: boolean) {
    this.#change('session.persistent')
    if (typeof value !== 'boolean') throw new SessionError('ERR_DATA_INVALID', 'session.persistent is true or false.')
    this.#state.persistent = value
  }

  get flash(): Flash {
    touch(this.#state)
    this.#flash ??= this.#createFlash()
    return this.#flash
  }

  regenerate(options: RegenerateOptions = {}): void {
    this.#change('session.regenerate')
    checkRegenerate(options)
    const { subject, data } = options
    // `{ subject: user.id }` with no id is a login that would not happen, and nobody would know.
    if ('subject' in options) checkSubject(subject)
    const state = this.#state
    state.id = randomId()
    state.sealedAt = undefined
    if (subject === undefined) {
      if (state.regenerated === 'no') state.regenerated = 'privilege'
      return
    }
    if (state.subject !== undefined && state.subject !== subject && data !== 'keep') {
      state.data = state.settings.initial()
      state.flash = []
      // The one who asked to be remembered was another.
      state.persistent = false
    }
    state.subject = subject
    state.createdAt = state.settings.now()
    state.regenerated = 'authenticated'
  }

  destroy(): void {
    this.#change('session.destroy')
    startAnew(this.#state)
    this.#state.destroyed = true
  }

  async commit(): Promise<void> {
    touch(this.#state)
    await this.#commit()
  }

  /** Authenticates a session anew that is to outlive the revocation of its subject's sessions. */
  static async keep<Data extends object>(
    session: Session<Data>,
    subject: string,
    isAlive: (claims: Claims) => Promise<boolean>,
  ): Promise<void> {
    if (!(#state in session) || session.subject !== subject) {
      throw new SessionError(
        'ERR_OPTIONS_INVALID',
        'revokeSubject keeps a session of that subject only. For another, call session.regenerate({ subject }) after it.',
      )
    }
    const { opened } = session.#state
    // One that was revoked while this request ran is not revived: whoever stole it would outlive the alarm.
    if (opened !== undefined && !(await isAlive(opened.claims))) return
    session.regenerate({ subject })
    session.#state.kept = true
  }

  /** Every change of the session's own facts begins here. Data needs none: it is compared at the end. */
  #change(what: string): void {
    touch(this.#state)
    if (this.#state.progress !== 'committed') return
    throw new SessionError(
      'ERR_SESSION_COMMITTED',
      `${what} comes too late: the response's headers are written. Call it before the response begins.`,
    )
  }

  #createFlash(): Flash {
    const messages = (): FlashMessage[] => (this.#state.flash ??= [])
    return Object.freeze({
      add: (kind: string, text: string) => {
        this.#change('session.flash.add')
        messages().push(flashMessage(kind, text))
      },
      take: (kind?: string) => {
        const taken = messages().filter((message) => kind === undefined || message.kind === kind)
        if (taken.length > 0) {
          this.#change('session.flash.take')
          this.#state.flash = messages().filter((message) => !taken.includes(message))
        }
        return taken
      },
      peek: (kind?: string) => messages().filter((message) => kind === undefined || message.kind === kind),
    })
  }
}

// Behind the class: reached only for properties that it does not have. Non-strict code would lose them without a word.
Object.setPrototypeOf(
  StatefulSession.prototype,
  new Proxy(
    {},
    {
      set(_target, property) {
        throw new SessionError(
          'ERR_SESSION_ASSIGNED',
          `session.${String(property)} cannot be set. Data belongs into session.data: session.data.${String(property)} = …`,
        )
      },
    },
  ),
)

// The same for those that can only be read: the engine's own error names neither the remedy nor a code.
for (const [name, accessor] of Object.entries(Object.getOwnPropertyDescriptors(StatefulSession.prototype))) {
  if (accessor.get === undefined || accessor.set !== undefined) continue
  Object.defineProperty(StatefulSession.prototype, name, {
    ...accessor,
    set() {
      const remedy =
        name === 'subject'
          ? 'Call session.regenerate({ subject: String(user.id) }).'
          : 'It follows from what happens to the session.'
      throw new SessionError('ERR_SESSION_ASSIGNED', `session.${name} cannot be set. ${remedy}`)
    },
  })
}
