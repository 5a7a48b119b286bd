import type { Sessions } from '@encrypted-session/core'
import {
  compareTypes,
  CONTENT_SECURITY_POLICY,
  type Deed,
  deedOf,
  describeSession,
  type EventLog,
  heldCookies,
  type Replay,
  renderPage,
  type Site,
  themeOf,
  type Visit,
} from '@encrypted-session/demo'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { isForm } from './answer.ts'
import { oneOf } from './bodies.ts'

/** Where a copy of the session's cookie is kept aside. */
export const COPY_COOKIE = 'demo-copy'

/** What the page is made from. */
export interface PageOptions {
  readonly sessions: Sessions<Visit>
  readonly site: Site
  readonly log: EventLog
  /** Whether cookies are for https only. */
  readonly secure: boolean
}

/** The page, and the theme that it remembers in a cookie of its own, beside the session's. */
export const pageRoutes: FastifyPluginAsyncTypebox<PageOptions> = async (app, options) => {
  const Query = Type.Object({ did: Type.Optional(Type.Unknown()) })
  app.get('/', { schema: { querystring: Query } }, async (request, reply) =>
    sendPage(request, reply, options, { did: deedOf(request.query.did) }),
  )

  const Theme = oneOf('auto', 'light', 'dark')
  app.post('/theme', { schema: { body: Type.Object({ theme: Theme }) } }, async (request, reply) => {
    const { theme } = request.body
    reply.setCookie('theme', theme, { path: '/', httpOnly: true, sameSite: 'lax', maxAge: 31_536_000 })
    return isForm(request) ? reply.redirect('/', 303) : { theme }
  })
}

/** Answers with the page as the browser's cookie stands after this response. */
export async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { sessions, site, log }: PageOptions,
  { did, replay }: { readonly did?: Deed | undefined; readonly replay?: Replay },
): Promise<FastifyReply> {
  const { session } = request
  const flash = session.flash.take().map(({ text }) => text)
  // Written already here, so that the page can show the cookie that this response sets.
  await session.commit()
  const page = renderPage({
    site,
    theme: themeOf(request.cookies['theme']),
    session: describeSession(session),
    persistent: session.persistent,
    did,
    types: compareTypes(session.data.types),
    flash,
    held: heldCookies(sessions.cookieName, request.headers.cookie, setCookies(reply)),
    lastWrite: log.lastWrite(),
    events: log.recent(),
    copy: request.cookies[COPY_COOKIE],
    ...(replay !== undefined && { replay }),
    now: Math.floor(Date.now() / 1000),
  })
  return reply
    .headers({
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cache-control': 'private, no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    .type('text/html; charset=utf-8')
    .send(page)
}

function setCookies(reply: FastifyReply): string[] {
  const header = reply.getHeader('set-cookie')
  return header === undefined ? [] : [header].flat().map(String)
}
