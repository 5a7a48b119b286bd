import type { Sessions } from '@encrypted-session/core'
import {
  COPY_COOKIE,
  type Deed,
  deedOf,
  type EventLog,
  pageHeaders,
  pageText,
  type Replay,
  type Site,
  type Visit,
} from '@encrypted-session/demo'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { isForm } from './answer.ts'
import { oneOf } from './bodies.ts'

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
  const flash = session.flash.take()
  // Written already here, so that the page can show the cookie that this response sets.
  await session.commit()
  const cookies = { theme: request.cookies['theme'], copy: request.cookies[COPY_COOKIE] }
  const cookieHeader = request.headers.cookie
  return reply
    .headers(pageHeaders)
    .send(pageText({ sessions, site, log, session, flash, cookies, cookieHeader, did, replay }))
}
