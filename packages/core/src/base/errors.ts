/** What went wrong, as a word that stays the same from version to version. */
export type SessionErrorCode =
  | 'ERR_OPTIONS_INVALID'
  | 'ERR_KEYRING_MISSING'
  | 'ERR_KEYRING_INVALID'
  | 'ERR_INITIAL_INVALID'
  | 'ERR_DATA_INVALID'
  | 'ERR_SESSION_ASSIGNED'
  | 'ERR_SESSION_COMMITTED'
  | 'ERR_SESSION_TOO_LARGE'
  | 'ERR_SESSION_UNAVAILABLE'
  | 'ERR_REVOCATION_MISSING'
  | 'ERR_SNAPSHOT'

/** Misuse by the developer, never the doing of a visitor. The message says what to do; it never holds a key, a token or session data. */
export class SessionError extends Error {
  override readonly name: string = 'SessionError'
  readonly code: SessionErrorCode

  constructor(code: SessionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
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
}
