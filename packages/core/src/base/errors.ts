/** What went wrong, as a word that stays the same from version to version. */
export type SessionErrorCode =
  | 'ERR_OPTIONS_INVALID'
  | 'ERR_KEYRING_MISSING'
  | 'ERR_KEYRING_INVALID'
  | 'ERR_INITIAL_INVALID'
  | 'ERR_DATA_INVALID'
  | 'ERR_SESSION_ASSIGNED'
  | 'ERR_SESSION_COMMITTED'
  | 'ERR_SESSION_READONLY'
  | 'ERR_SESSION_TOO_LARGE'
  | 'ERR_SESSION_UNAVAILABLE'
  | 'ERR_REVOCATION_MISSING'
  | 'ERR_SNAPSHOT'

/** Where a class stands among these, as a path that is the same in every copy of this module. */
const KIND = Symbol.for('@encrypted-session/core error')

/** Misuse by the developer, never the doing of a visitor. The message says what to do; it never holds a key, a token or session data. */
export class SessionError extends Error {
  override readonly name: string = 'SessionError'
  readonly code: SessionErrorCode

  constructor(code: SessionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  static {
    markKind(this, '/')
  }

  /** `instanceof`, which holds between copies of this module too: Next evaluates one module several times in a process. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const kind = kindOf(value)
    if (kind === undefined) return false
    // A class that an app derives has no kind of its own, and is told by identity.
    if (!Object.hasOwn(this.prototype, KIND)) return Function.prototype[Symbol.hasInstance].call(this, value)
    return kind.startsWith(kindOf(this.prototype) ?? kind)
  }
}

/** An error that a framework can answer by itself: Fastify reads `statusCode`, Koa `status`, `headers` and `expose`, Hono `getResponse()`. */
export abstract class SessionHttpError extends SessionError {
  abstract readonly status: number
  abstract readonly statusText: string
  /** Headers for the response, names in lower case. */
  readonly headers: Readonly<Record<string, string>> = Object.freeze({ 'cache-control': 'no-store' })
  /** False: the message is for the log, not for the visitor. */
  readonly expose: boolean = false

  static {
    markKind(this, '/http/')
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
  override readonly name = 'SessionTooLargeError'
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
    markKind(this, '/http/too-large/')
  }
}

/** It cannot be known whether the session still holds. The cookie was left as it is; the same request may succeed later. */
export class SessionUnavailableError extends SessionHttpError {
  override readonly name = 'SessionUnavailableError'
  readonly status = 503
  readonly statusText = 'Service Unavailable'
  override readonly headers: Readonly<Record<string, string>> = Object.freeze({
    'retry-after': '5',
    'cache-control': 'no-store',
  })

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SESSION_UNAVAILABLE', message, options)
  }

  static {
    markKind(this, '/http/unavailable/')
  }
}

function markKind({ prototype }: { readonly prototype: SessionError }, path: string): void {
  Object.defineProperty(prototype, KIND, { value: path })
}

function kindOf(value: unknown): string | undefined {
  const kind: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, KIND) : undefined
  return typeof kind === 'string' ? kind : undefined
}
