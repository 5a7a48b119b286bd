import { SessionHttpError, SessionTooLargeError } from '@encrypted-session/core'
import { SuiteError } from './suite-error.ts'

/** What a route of the suite answers, to be said in your framework's way. */
export interface SuiteAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A text; or several, to be streamed one after the other. */
  readonly body: string | readonly string[]
}

export function json(value: unknown, status = 200, headers: SuiteAnswer['headers'] = {}): SuiteAnswer {
  const body = JSON.stringify(value ?? null, shown)
  return { status, headers: { 'content-type': 'application/json', ...headers }, body }
}

export function text(body: SuiteAnswer['body'], type = 'text/plain'): SuiteAnswer {
  return { status: 200, headers: { 'content-type': type }, body }
}

export function empty(status: number, headers: SuiteAnswer['headers'] = {}): SuiteAnswer {
  return { status, headers, body: '' }
}

/** What a framework makes of what a handler has thrown. */
export function errorAnswer(error: unknown): SuiteAnswer {
  if (error instanceof SuiteError) return json({ error: error.message }, error.status)
  if (error instanceof SessionTooLargeError) {
    return json({ error: 'too large', fields: error.fields }, error.status, error.headers)
  }
  if (error instanceof SessionHttpError) return json({ error: error.statusText }, error.status, error.headers)
  return json({ error: 'internal' }, 500)
}

/** What JSON cannot carry, as the demo shows it. `JSON.stringify` has turned dates into text by then. */
function shown(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
  if (value instanceof Map || value instanceof Set) return [...value]
  return value
}
