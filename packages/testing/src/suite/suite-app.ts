import { createSessions, parseKeyring, type Sessions, type SessionsOptions } from '@encrypted-session/core'
import type { StartOptions } from './app.ts'
import { errorAnswer, json, type SuiteAnswer } from './suite-answer.ts'
import type { SuiteData, SuiteRequest } from './suite-request.ts'
import { demoRoutes, type Exchange, type Routes, testRoutes } from './suite-routes.ts'

/** The routes that the suite asks for, without a framework. */
export interface SuiteApp {
  readonly sessions: Sessions<SuiteData>
  /** What the routes answer. Rejects with what a handler throws, `SuiteError` and plain errors: let your framework meet them as it meets those of any handler. */
  readonly answer: (request: SuiteRequest) => Promise<SuiteAnswer>
  /** The answer to an error, for where your framework leaves that to the app. */
  readonly answerError: (error: unknown) => SuiteAnswer
}

/**
 * Everything that `describeSessionApp` asks of an app, but for the framework: sessions with these options, and what the routes
 * answer. What is left to write is how a request and a response of yours come to it.
 */
export function createSuiteApp(options: StartOptions): SuiteApp {
  return assembleSuiteApp(createSessions<SuiteData>(sessionsOptions(options)), routesFor(options))
}

/** The same, of parts that a test has changed. */
export function assembleSuiteApp(sessions: Sessions<SuiteData>, routes: Routes): SuiteApp {
  return {
    sessions,
    async answer(request) {
      const { method, url, text, again = request.session } = request
      // A server without its own HEAD handlers answers HEAD as GET, and leaves the body out.
      const route = routes[`${method === 'HEAD' ? 'GET' : method} ${url.pathname}`]
      if (route === undefined) return json({ error: 'not found' }, 404)
      return route({ ...request, again, sessions, ...parsed(text, request.header('content-type') ?? '') })
    },
    answerError: errorAnswer,
  }
}

export function routesFor({ testRoutes: wanted = false }: StartOptions): Routes {
  return { ...demoRoutes, ...(wanted && testRoutes) }
}

/** What `createSessions` is given for these options. */
export function sessionsOptions({
  keys,
  keyring,
  secure = false,
  absolute,
  idle,
  extendAfter,
  revocation,
  now,
  onEvent,
}: StartOptions): SessionsOptions<SuiteData> {
  return {
    keyring: keyring ?? (() => parseKeyring(keys)),
    initial: (): SuiteData => ({ cart: [], visits: 0 }),
    cookie: { secure },
    lifetime: {
      ...(absolute !== undefined && { absolute }),
      ...(idle !== undefined && { idle }),
      ...(extendAfter !== undefined && { extendAfter }),
    },
    ...(typeof revocation === 'object' && { revocation }),
    ...(now !== undefined && { now }),
    ...(onEvent !== undefined && { onEvent }),
  }
}

function parsed(text: string, type: string): Pick<Exchange, 'body' | 'isForm'> {
  const isForm = type.startsWith('application/x-www-form-urlencoded')
  if (isForm) return { isForm, body: Object.fromEntries(new URLSearchParams(text)) }
  // The routes read single fields of what the suite sends, and look at each.
  return { isForm, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
}
