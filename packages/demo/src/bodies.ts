import { fieldOf, hasField, oneOf, textOf, wellFormedOf } from './field.ts'

/** The body of `POST /api/login`. Like every reader here it takes a parsed JSON or form body and throws a `BodyError`. */
export function loginBody(body: unknown): { readonly name: string } {
  // A subject has 255 bytes at most; 60 characters are 240.
  return { name: textOf(body, 'name', 60) }
}

/** The body of `POST /api/cart`. */
export function cartBody(body: unknown): { readonly item: string } {
  return { item: textOf(body, 'item', 200) }
}

/** The body of `POST /api/note`. An empty note is one. */
export function noteBody(body: unknown): { readonly text: string } {
  return { text: wellFormedOf(body, 'text') }
}

/** The body of `POST /api/flash`. */
export function flashBody(body: unknown): { readonly message: string } {
  return { message: textOf(body, 'message', 200) }
}

/** The body of `POST /api/persistent`. */
export function persistentBody(body: unknown): { readonly value: boolean } {
  return { value: switchOf(body, 'value') }
}

/** The body of `POST /api/fail`. */
export function failBody(body: unknown): FailBody {
  return {
    how: oneOf(body, 'how', ['http', 'error']),
    ...(hasField(body, 'note') && { note: wellFormedOf(body, 'note') }),
    destroy: hasField(body, 'destroy') && switchOf(body, 'destroy'),
  }
}

/** How to fail, and what to do before. */
export interface FailBody {
  readonly how: 'http' | 'error'
  readonly note?: string
  readonly destroy: boolean
}

/** The body of `POST /theme`. */
export function themeBody(body: unknown): { readonly theme: 'auto' | 'light' | 'dark' } {
  return { theme: oneOf(body, 'theme', ['auto', 'light', 'dark']) }
}

/** The body of `POST /replay`. */
export function replayBody(body: unknown): { readonly cookie: string } {
  return { cookie: fieldOf(body, 'cookie', isCookieValue, 'a cookie value of 1 to 8192 characters') }
}

/** The body of `POST /test/slow`. */
export function slowBody(body: unknown): { readonly ms: number; readonly text?: string } {
  return {
    ms: fieldOf(body, 'ms', isMilliseconds, 'a number from 0 to 10000'),
    ...(hasField(body, 'text') && { text: wellFormedOf(body, 'text') }),
  }
}

/** A form can only say it in text. */
function switchOf(body: unknown, name: string): boolean {
  return [true, 'true'].includes(oneOf(body, name, [true, false, 'true', 'false']))
}

function isCookieValue(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.-]{1,8192}$/u.test(value)
}

function isMilliseconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 10_000
}
