import { copiedCookie, type HeldCookie, oversizeNote, replayed, tamperedCookie } from '@encrypted-session/demo'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { answer, isForm } from './answer.ts'
import { type PageOptions, sendPage } from './page.ts'

/** What the page offers to try against the session. No application has any of this. */
export const breakingRoutes: FastifyPluginAsyncTypebox<PageOptions> = async (app, options) => {
  const { sessions, secure } = options

  app.post('/tamper', async (request, reply) => {
    const { maxAge, ...cookie } = await tamperedCookie(sessions, request.headers.cookie)
    keep(reply, cookie, { secure, ...(maxAge !== undefined && { maxAge }) })
    return isForm(request) ? reply.redirect('/', 303) : { tampered: true }
  })

  app.post('/copy', async (request, reply) => {
    keep(reply, copiedCookie(sessions, request.headers.cookie), { secure })
    return isForm(request) ? reply.redirect('/', 303) : { copied: true }
  })

  const Copy = Type.String({ pattern: String.raw`^[\w.-]{1,8192}$` })
  app.post('/replay', { schema: { body: Type.Object({ cookie: Copy }) } }, async (request, reply) => {
    const replay = await replayed(sessions, request.body.cookie, request.session.id)
    return isForm(request) ? sendPage(request, reply, options, { replay }) : replay
  })

  app.post('/oversize', async (request, reply) => {
    request.session.data.note = oversizeNote()
    return answer(request, reply)
  })
}

/** Sets a cookie by hand, as nothing but a demonstration does: the session's own cookies are the plugin's. */
function keep(reply: FastifyReply, { name, value }: HeldCookie, options: { secure: boolean; maxAge?: number }): void {
  reply.setCookie(name, value, { path: '/', httpOnly: true, sameSite: 'lax', encode: String, ...options })
}
