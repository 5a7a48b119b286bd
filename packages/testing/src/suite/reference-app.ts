import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type CookieJar,
  createSessions,
  type Handle,
  type MaybePromise,
  type Sessions,
  type SessionsOptions,
} from '@encrypted-session/core'
import type { RunningApp, StartOptions } from './app.ts'
import { listen, prepare, suiteRequest, write } from './node-server.ts'
import { assembleSuiteApp, routesFor, sessionsOptions, type SuiteApp } from './suite-app.ts'
import type { SuiteData, SuiteRequest } from './suite-request.ts'
import type { Routes } from './suite-routes.ts'

/** Where a test can put a fault into the reference app. Each gets what is right and answers what is used instead. */
export interface Faults {
  options?(options: SessionsOptions<SuiteData>, start: StartOptions): SessionsOptions<SuiteData>
  sessions?(sessions: Sessions<SuiteData>): Sessions<SuiteData>
  jar?(jar: CookieJar, request: IncomingMessage, response: ServerResponse): CookieJar
  handle?(handle: Handle<SuiteData>, request: IncomingMessage): Handle<SuiteData>
  /** The status that `commit` is told. */
  status?(status: number, request: IncomingMessage): number
  /** Runs before the handler. */
  before?(exchange: Exchange): MaybePromise<void>
  /** Runs after the commit. */
  after?(exchange: Exchange): MaybePromise<void>
  /** Replaces routes. */
  routes?(routes: Routes): Routes
}

/** One request and its response. */
interface Exchange extends SuiteRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** The suite's routes on `node:http` and the main entry of core alone: the smallest server that the suite accepts, with places for faults. */
export async function startReferenceApp(options: StartOptions, faults: Faults = {}): Promise<RunningApp> {
  const right = sessionsOptions(options)
  const plain = createSessions<SuiteData>(faults.options?.(right, options) ?? right)
  const routes = routesFor(options)
  const app = assembleSuiteApp(faults.sessions?.(plain) ?? plain, faults.routes?.(routes) ?? routes)
  await app.sessions.ready()
  return listen((request, response) => void serve({ request, response, app, faults, options }))
}

interface Context {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly app: SuiteApp
  readonly faults: Faults
  readonly options: StartOptions
}

async function serve({ request, response, app, faults, options }: Context): Promise<void> {
  const jar = createJar(request, response, options.trustProxy === true)
  const { handle: plain } = app.sessions.attach(request, faults.jar?.(jar, request, response) ?? jar)
  const handle = faults.handle?.(plain, request) ?? plain
  const commit = (status: number): Promise<void> => handle.commit(faults.status?.(status, request) ?? status)
  try {
    const session = await handle.open()
    const again = await app.sessions.attach(request, jar).handle.open()
    const exchange = { request, response, ...(await suiteRequest(request, response, { session, again })) }
    await faults.before?.(exchange)
    const answer = await app.answer(exchange)
    await commit(answer.status)
    await faults.after?.(exchange)
    prepare(response, answer)
    await write(response, answer)
  } catch (error) {
    const answer = app.answerError(error)
    try {
      await commit(answer.status)
    } catch {
      // The handler's own error is the one to answer.
    }
    prepare(response, answer)
    await write(response, answer)
  }
}

function createJar(request: IncomingMessage, response: ServerResponse, trustProxy: boolean): CookieJar {
  return {
    get(header) {
      return request.headersDistinct[header]?.join('; ')
    },
    set({ text }) {
      response.appendHeader('set-cookie', text)
    },
    revise(header, change) {
      const value = change(response.getHeader(header)?.toString())
      if (value !== undefined) response.setHeader(header, value)
    },
    secure: trustProxy && request.headers['x-forwarded-proto'] === 'https',
  }
}
