import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { MaybePromise, Sessions } from '@encrypted-session/core'
import { empty, json, type SuiteAnswer, text } from './suite-answer.ts'
import { SuiteError } from './suite-error.ts'
import type { SuiteData, SuiteRequest } from './suite-request.ts'

/** One request, as a route sees it. */
export interface Exchange extends Required<SuiteRequest> {
  readonly sessions: Sessions<SuiteData>
  readonly body: Readonly<Record<string, unknown>>
  readonly isForm: boolean
}

/** What answers a method and a path. */
export type Routes = Readonly<Record<string, (exchange: Exchange) => MaybePromise<SuiteAnswer>>>

/** The routes of the demo. */
export const demoRoutes: Routes = {
  'GET /': ({ session }) => text(`<h1>${escaped(session.subject ?? 'nobody')}</h1>`, 'text/html'),
  'GET /api/session': sessionAnswer,
  'POST /api/login'(exchange) {
    const name = field(exchange, 'name')
    exchange.session.regenerate({ subject: name })
    exchange.session.data.user = { name }
    return done(exchange)
  },
  'POST /api/logout'(exchange) {
    exchange.session.destroy()
    return done(exchange)
  },
  async 'POST /api/logout-everywhere'(exchange) {
    const { session, sessions } = exchange
    try {
      if (session.subject !== undefined) await sessions.revokeSubject(session.subject)
    } catch {
      return json({ error: 'no revocation' }, 501)
    }
    session.destroy()
    return done(exchange)
  },
  'POST /api/cart'(exchange) {
    const item = field(exchange, 'item')
    const { cart } = exchange.session.data
    const present = cart.find((entry) => entry.item === item)
    if (present === undefined) cart.push({ item, qty: 1 })
    else present.qty += 1
    return done(exchange)
  },
  'POST /api/note'(exchange) {
    exchange.session.data.note = field(exchange, 'text')
    return done(exchange)
  },
  'POST /api/types'(exchange) {
    exchange.session.data.types = typesValue()
    return done(exchange)
  },
  'GET /api/types': ({ session }) => json({ ok: isDeepStrictEqual(session.data.types, typesValue()) }),
  'POST /api/flash'(exchange) {
    exchange.session.flash.add('info', field(exchange, 'message'))
    return done(exchange)
  },
  'GET /api/flash': ({ session }) => json({ messages: session.flash.take() }),
  'POST /api/regenerate'(exchange) {
    exchange.session.regenerate()
    return done(exchange)
  },
  'POST /api/persistent'(exchange) {
    exchange.session.persistent = exchange.body['value'] === true
    return done(exchange)
  },
  'POST /api/fail'({ session, body }) {
    if (typeof body['note'] === 'string') session.data.note = body['note']
    if (body['destroy'] === true) session.destroy()
    throw body['how'] === 'http' ? new SuiteError(401, 'refused') : new Error('unexpected')
  },
  'GET /api/stream'({ session }) {
    session.data.visits += 1
    return text(['one ', 'two ', 'three'])
  },
  'GET /api/redirect'({ session }) {
    session.data.visits += 1
    return empty(302, { location: '/api/session' })
  },
  'GET /api/untouched': () => text('ok'),
}

const ETAG = { etag: '"1"' }
const sharedError = new SuiteError(401, 'sign in first')
const sharedAnswer = empty(204)

/** The routes under `/test/`. */
export const testRoutes: Routes = {
  'GET /test/headers'({ session, url, addHeader }) {
    addHeader('vary', 'Accept-Encoding')
    addHeader('cache-control', 'public, max-age=60')
    addHeader('cdn-cache-control', 'public, max-age=60')
    addHeader('set-cookie', 'theme=dark; Path=/')
    const how = url.searchParams.get('session')
    if (how === 'write') session.data.visits += 1
    return text(how === 'read' && session.data.visits < 0 ? '' : 'ok')
  },
  'GET /test/not-modified'({ session, header }) {
    session.data.visits += 1
    return header('if-none-match') === '"1"' ? empty(304, ETAG) : { ...text('ok'), headers: ETAG }
  },
  'POST /test/shared-error'(exchange) {
    exchange.session.data.note = field(exchange, 'text')
    throw sharedError
  },
  'GET /test/shared-response'({ session }) {
    session.data.visits += 1
    return sharedAnswer
  },
  async 'POST /test/slow'(exchange) {
    const { session, body } = exchange
    const { data } = session
    await sleep(Number(body['ms']))
    if (typeof body['text'] === 'string') data.note = body['text']
    return sessionAnswer(exchange)
  },
  'POST /test/twice'(exchange) {
    const { session, again } = exchange
    session.data.note = field(exchange, 'text')
    return json({ same: session === again, note: again.data.note })
  },
}

function sessionAnswer({ session }: Exchange): SuiteAnswer {
  const { origin, id, subject = null, createdAt, expiresAt, data, cookie = null } = session
  return json({ origin, id, subject, createdAt, expiresAt, data, cookie })
}

/** JSON for scripts, a redirect to the page for forms. */
function done(exchange: Exchange): SuiteAnswer {
  return exchange.isForm ? empty(303, { location: '/' }) : sessionAnswer(exchange)
}

function field({ body }: Exchange, name: string): string {
  const value = body[name]
  return typeof value === 'string' ? value : ''
}

function escaped(html: string): string {
  return html.replaceAll(/[&<>]/gu, (character) => `&#${character.codePointAt(0)};`)
}

function typesValue(): unknown {
  return {
    bytes: new Uint8Array([0, 127, 255]),
    nested: { date: new Date(0), list: [new Map([['a', new Set([1n, 2n])]])] },
    big: 12345678901234567890n,
  }
}
