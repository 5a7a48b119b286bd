import { CONTENT_SECURITY_POLICY } from './page/document.ts'
import { type Problem, renderProblem } from './page/problem.ts'
import { type Site, themeOf } from './page/view.ts'

/** A response as plain values, for any framework to send. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the page of an answer looks like. */
export interface Look {
  readonly site: Site
  /** The value of the theme cookie. */
  readonly theme: string | undefined
}

/** For people. */
export function problemAnswer(problem: Problem, headers: Answer['headers'], { site, theme }: Look): Answer {
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

/** For programs. */
export function jsonAnswer(
  status: number,
  headers: Answer['headers'],
  body: Readonly<Record<string, unknown>>,
): Answer {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  }
}
