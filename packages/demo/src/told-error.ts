import type { SessionTooLargeError } from '@encrypted-session/core'
import { BodyError } from './body-error.ts'
import type { Problem } from './page/problem.ts'

/** An error as `renderProblem` tells people of it. */
export function problemOf(error: unknown): Problem {
  const status = statusOf(error)
  if (!isTooLarge(error)) return { status, message: messageOf(error) }
  const { message, size, limit, fields } = error
  return { status, message, ...(Object.keys(fields).length > 0 && { tooLarge: { size, limit, fields } }) }
}

/** An error as JSON for programs; a session that is too large says by how much. */
export function errorBody(error: unknown): Readonly<Record<string, unknown>> {
  const { code } = facts(error)
  return {
    statusCode: statusOf(error),
    ...(typeof code === 'string' && isTold(error) && { code }),
    error: statusTextOf(error),
    message: error instanceof BodyError ? error.detail : messageOf(error),
    ...(isTooLarge(error) && { size: error.size, limit: error.limit, fields: error.fields }),
  }
}

/** The status of the answer to an error: what it says of itself, as `status` or `statusCode`, else 500. */
export function statusOf(error: unknown): number {
  const { status, statusCode } = facts(error)
  const own = status ?? statusCode
  return typeof own === 'number' && own >= 400 && own < 600 ? own : 500
}

/** The headers that an error asks for. */
export function headersOf(error: unknown): Readonly<Record<string, string>> {
  const { headers } = facts(error)
  return isHeaders(headers) ? headers : {}
}

/** Whether who asked can do something about it, and so is told. */
export function isTold(error: unknown): boolean {
  const status = statusOf(error)
  return status < 500 || status === 501
}

function messageOf(error: unknown): string {
  return error instanceof Error && isTold(error) ? error.message : statusTextOf(error)
}

function statusTextOf(error: unknown): string {
  return STATUS_TEXTS[statusOf(error)] ?? 'Error'
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
}

/** By its code and not by `instanceof`: a bundler may have given the app and the adapter a core of their own each. */
function isTooLarge(error: unknown): error is SessionTooLargeError {
  return facts(error).code === 'ERR_SESSION_TOO_LARGE'
}

function facts(error: unknown): { status?: unknown; statusCode?: unknown; code?: unknown; headers?: unknown } {
  return typeof error === 'object' && error !== null ? error : {}
}

/** Some frameworks keep a `Headers` there. */
function isHeaders(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string')
}
