import { randomBytes } from 'node:crypto'
import type { Sessions } from '@encrypted-session/core'
import {
  cookieHeaderOf,
  type HeldCookie,
  heldCookies,
  type Replay,
  tampered,
  type Visit,
} from '@encrypted-session/demo'
import createError from '@fastify/error'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { answer, isForm } from './answer.ts'
import { COPY_COOKIE, type PageOptions, sendPage } from './page.ts'

const NoCookieError = createError('DEMO_NO_COOKIE', 'There is no session cookie, or more than one.', 409)

/** What the page offers to try against the session. No application has any of this. */
export const breakingRoutes: FastifyPluginAsyncTypebox<PageOptions> = async (app, options) => {
  const { sessions } = options
  // What the plugin could have written: other values cannot be set again as they are.
  const held = (request: FastifyRequest): HeldCookie[] =>
    heldCookies(sessions.cookieName, request.headers.cookie, []).filter(({ value }) => /^[\w.-]+$/u.test(value))

  // The cookie is HttpOnly, so the page's script cannot change it. The browser's developer tools can, and this does the same.
  app.post('/tamper', async (request, reply) => {
    const [cookie, ...others] = held(request)
    if (cookie === undefined) throw new NoCookieError()
    const changed = { ...cookie, value: tampered(cookie.value) }
    // Whichever of the two opens tells how long the browser is to keep it: changing a value does not change that.
    const maxAge = (await maxAgeOf([cookie, ...others], sessions)) ?? (await maxAgeOf([changed, ...others], sessions))
    keep(reply, changed, { secure: options.secure, ...(maxAge !== undefined && { maxAge }) })
    return isForm(request) ? reply.redirect('/', 303) : { tampered: true }
  })

  app.post('/copy', async (request, reply) => {
    const [cookie, ...others] = held(request)
    if (cookie === undefined || others.length > 0) throw new NoCookieError()
    keep(reply, { name: COPY_COOKIE, value: cookie.value }, { secure: options.secure })
    return isForm(request) ? reply.redirect('/', 303) : { copied: true }
  })

  const Copy = Type.String({ pattern: String.raw`^[\w.-]{1,8192}$` })
  app.post('/replay', { schema: { body: Type.Object({ cookie: Copy }) } }, async (request, reply) => {
    const replay = await present(request.body.cookie, request.session.id, options)
    return isForm(request) ? sendPage(request, reply, options, { replay }) : replay
  })

  // Random text, which does not compress.
  app.post('/oversize', async (request, reply) => {
    request.session.data.note = randomBytes(9000).toString('base64url')
    return answer(request, reply)
  })
}

/** What the server makes of a cookie that it is shown: read only, so it costs the visitor nothing. */
async function present(cookie: string, currentId: string, { sessions }: PageOptions): Promise<Replay> {
  const view = await sessions.read(cookieHeaderOf([{ name: sessions.cookieName, value: cookie }]))
  if (view.kind === 'unavailable') return { outcome: 'unavailable', subject: null }
  if (view.kind === 'anonymous') return { outcome: 'refused', subject: null }
  return { outcome: view.id === currentId ? 'current' : 'opened', subject: view.subject ?? null }
}

/** Sets a cookie by hand, as nothing but a demonstration does: the session's own cookies are the plugin's. */
function keep(reply: FastifyReply, { name, value }: HeldCookie, options: { secure: boolean; maxAge?: number }): void {
  reply.setCookie(name, value, { path: '/', httpOnly: true, sameSite: 'lax', encode: String, ...options })
}

async function maxAgeOf(cookies: readonly HeldCookie[], sessions: Sessions<Visit>): Promise<number | undefined> {
  const view = await sessions.read(cookieHeaderOf(cookies))
  return view.kind === 'session' && view.persistent ? view.expiresAt - Math.floor(Date.now() / 1000) : undefined
}
