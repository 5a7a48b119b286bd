import type { SessionTooLargeError } from '@encrypted-session/core'
import { BodyError } from './body-error.ts'
import { CONTENT_SECURITY_POLICY } from './page/document.ts'
import { type Problem, renderProblem } from './page/problem.ts'
import { type Site, themeOf } from './page/view.ts'

/** A response as plain values, for any framework to send. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Who is to be answered. */
export interface Asker {
  /** People get a page, programs get JSON. */
  readonly wants: 'page' | 'json'
  readonly site: Site
  /** The value of the theme cookie. */
  readonly theme: string | undefined
}

/** The answer to an error: a page for the form it came from, JSON for a program. What went wrong here and not there is JSON without details, to be logged by the app. */
export function errorAnswer(error: unknown, asker: Asker): Answer {
  const status = statusOf(error)
  const { headers: own = {} } = facts(error)
  const headers = { ...(isHeaders(own) && own), 'cache-control': 'no-store' }
  return asker.wants === 'page' && isTheirs(status)
    ? problemAnswer(problemOf(error), headers, asker)
    : jsonAnswer(status, headers, errorBody(error))
}

/** The answer where there is no route. People are known by their Accept header. */
export function notFoundAnswer(request: MissedRequest, { site, theme }: Omit<Asker, 'wants'>): Answer {
  const headers = { 'cache-control': 'no-store', vary: 'Accept' }
  const message = notFoundMessage(request.method, request.url)
  return request.accept?.includes('text/html') === true
    ? problemAnswer({ status: 404, message }, headers, { site, theme })
    : jsonAnswer(404, headers, { statusCode: 404, error: 'Not Found', message })
}

/** A request that no route answers. */
export interface MissedRequest {
  readonly method: string
  /** An address, or a path with its query. */
  readonly url: string
  readonly accept: string | null | undefined
}

/** What is said where there is no route. */
export function notFoundMessage(method: string, url: string): string {
  return `Nothing answers ${method} ${url.replace(/^\w+:\/\/[^/]*/u, '').replace(/\?.*/su, '')} here.`
}

/** An error as `renderProblem` tells people of it. */
export function problemOf(error: unknown): Problem {
  const status = statusOf(error)
  if (isTooLarge(error)) {
    const { message, size, limit, fields } = error
    return { status, message, ...(Object.keys(fields).length > 0 && { tooLarge: { size, limit, fields } }) }
  }
  return { status, message: messageOf(error, status) }
}

/** An error as JSON for programs; a session that is too large says by how much. */
export function errorBody(error: unknown): Readonly<Record<string, unknown>> {
  const status = statusOf(error)
  const { code } = facts(error)
  return {
    statusCode: status,
    ...(typeof code === 'string' && isTheirs(status) && { code }),
    error: STATUS_TEXTS[status] ?? 'Error',
    message: error instanceof BodyError ? error.detail : messageOf(error, status),
    ...(isTooLarge(error) && { size: error.size, limit: error.limit, fields: error.fields }),
  }
}

/** The status of the answer to an error: what it says of itself, as `status` or `statusCode`, else 500. */
export function statusOf(error: unknown): number {
  const { status, statusCode } = facts(error)
  const own = status ?? statusCode
  return typeof own === 'number' && own >= 400 && own < 600 ? own : 500
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

/** Whether the asker can do something about it, and so is told. */
function isTheirs(status: number): boolean {
  return status < 500 || status === 501
}

function messageOf(error: unknown, status: number): string {
  return error instanceof Error && isTheirs(status) ? error.message : (STATUS_TEXTS[status] ?? 'Error')
}

/** By its code and not by `instanceof`: a bundler may have given the app and the adapter a core of their own each. */
function isTooLarge(error: unknown): error is SessionTooLargeError {
  return facts(error).code === 'ERR_SESSION_TOO_LARGE'
}

function facts(error: unknown): { status?: unknown; statusCode?: unknown; code?: unknown; headers?: unknown } {
  return typeof error === 'object' && error !== null ? error : {}
}

function isHeaders(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string')
}

function problemAnswer(problem: Problem, headers: Answer['headers'], { site, theme }: Omit<Asker, 'wants'>): Answer {
  return {
    status: problem.status,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CONTENT_SECURITY_POLICY,
    },
    body: renderProblem(problem, site, themeOf(theme)),
  }
}

function jsonAnswer(status: number, headers: Answer['headers'], body: Readonly<Record<string, unknown>>): Answer {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  }
}
