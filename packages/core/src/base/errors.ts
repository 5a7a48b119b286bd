/** What went wrong, as a word that stays the same from version to version. */
export type SessionErrorCode =
  | 'ERR_OPTIONS_INVALID'
  | 'ERR_KEYRING_MISSING'
  | 'ERR_KEYRING_INVALID'
  | 'ERR_KEYSET_FILE'
  | 'ERR_KEYSET_INVALID'
  | 'ERR_KEYSET_LOCKED'
  | 'ERR_KEYSET_MISSING'
  | 'ERR_INITIAL_INVALID'
  | 'ERR_DATA_INVALID'
  | 'ERR_SESSION_ASSIGNED'
  | 'ERR_SESSION_COMMITTED'
  | 'ERR_SESSION_READONLY'
  | 'ERR_SESSION_TOO_LARGE'
  | 'ERR_SESSION_UNAVAILABLE'
  | 'ERR_REVOCATION_MISSING'
  | 'ERR_SNAPSHOT'

/** Misuse by the developer, never the doing of a visitor. The message says what to do; it never holds a key, a token or session data. */
export class SessionError extends Error {
  declare readonly name: string
  readonly code: SessionErrorCode

  constructor(code: SessionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  static {
    brand(this, 'SessionError')
  }
}

const NO_STORE: Readonly<Record<string, string>> = Object.freeze({ 'cache-control': 'no-store' })

/** An error that a framework can answer by itself: Fastify reads `statusCode`, Koa `status`, `headers` and `expose`, Hono `getResponse()`. */
export abstract class SessionHttpError extends SessionError {
  abstract readonly status: number
  abstract readonly statusText: string
  /** Headers for the response, names in lower case. */
  readonly headers: Readonly<Record<string, string>> = NO_STORE
  /** False: the message is for the log, not for the visitor. */
  readonly expose: boolean = false

  static {
    brand(this, 'SessionHttpError')
  }

  get statusCode(): number {
    return this.status
  }

  /** A new response on every call, with the status and headers and nothing that names the session. */
  getResponse(): Response {
    return new Response(this.statusText, this)
  }
}

/** How large a session is, and how large it may be. */
interface SizeFacts {
  /** In the unit that the message names. */
  readonly size: number
  /** In the same unit. */
  readonly limit: number
  /** Encoded bytes of every top-level field of `data`, the largest first. */
  readonly fields: Readonly<Record<string, number>>
}

/** The sealed session does not fit. Nothing was written: the browser keeps the session it had. */
export class SessionTooLargeError extends SessionHttpError implements SizeFacts {
  declare readonly name: 'SessionTooLargeError'
  readonly status = 413
  readonly statusText = 'Content Too Large'
  declare readonly size: number
  declare readonly limit: number
  declare readonly fields: Readonly<Record<string, number>>

  constructor(message: string, facts: SizeFacts) {
    super('ERR_SESSION_TOO_LARGE', message)
    Object.assign(this, facts)
  }

  static {
    brand(this, 'SessionTooLargeError')
  }
}

/** It cannot be known whether the session still holds. The cookie was left as it is; the same request may succeed later. */
export class SessionUnavailableError extends SessionHttpError {
  declare readonly name: 'SessionUnavailableError'
  readonly status = 503
  readonly statusText = 'Service Unavailable'
  override readonly headers: Readonly<Record<string, string>> = Object.freeze({
    ...NO_STORE,
    'retry-after': '5',
  })

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SESSION_UNAVAILABLE', message, options)
  }

  static {
    brand(this, 'SessionUnavailableError')
  }
}

/** Names a class, and makes `instanceof` hold between copies of this module: Next evaluates one module several times in a process. */
function brand(kind: { readonly prototype: SessionError }, name: string): void {
  // The same in every copy. Subclasses inherit it.
  const mark = Symbol.for(`@encrypted-session/core ${name}`)
  Object.assign(kind.prototype, { name, [mark]: true })
  Object.defineProperty(kind, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      // A class that an app derives has no mark of its own, and is told by identity.
      return this === kind ? mark in Object(value) : Function.prototype[Symbol.hasInstance].call(this, value)
    },
  })
}
