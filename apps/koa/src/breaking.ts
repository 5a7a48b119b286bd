import {
  copiedCookie,
  type HeldCookie,
  oversizeNote,
  replayBody,
  replayed,
  tamperedCookie,
} from '@encrypted-session/demo'
import { Router } from '@koa/router'
import type Koa from 'koa'
import { answer, isForm, seeOther } from './answer.ts'
import type { Demo, DemoContext, DemoState } from './demo.ts'
import { sendPage } from './page.ts'

/** What the page offers to try against the session. No application has any of this. */
export function breakingRoutes(demo: Demo): Router<DemoState, DemoContext> {
  const { sessions, secure } = demo
  const router = new Router<DemoState, DemoContext>()

  router.post('/tamper', async (ctx) => {
    const { maxAge, ...cookie } = await tamperedCookie(sessions, ctx.headers.cookie)
    keep(ctx, cookie, { secure, ...(maxAge !== undefined && { maxAge: maxAge * 1000 }) })
    if (isForm(ctx)) seeOther(ctx, '/')
    else ctx.body = { tampered: true }
  })

  router.post('/copy', (ctx) => {
    keep(ctx, copiedCookie(sessions, ctx.headers.cookie), { secure })
    if (isForm(ctx)) seeOther(ctx, '/')
    else ctx.body = { copied: true }
  })

  router.post('/replay', async (ctx) => {
    const replay = await replayed(sessions, replayBody(ctx.request.body).cookie, ctx.session.id)
    if (isForm(ctx)) await sendPage(ctx, demo, { replay })
    else ctx.body = replay
  })

  router.post('/oversize', async (ctx) => {
    ctx.session.data.note = oversizeNote()
    await answer(ctx)
  })

  return router
}

/** Sets a cookie by hand, as nothing but a demonstration does: the session's own cookies are the middleware's. `maxAge` is in milliseconds. */
function keep(
  { cookies }: Koa.ExtendableContext,
  { name, value }: HeldCookie,
  options: { readonly secure: boolean; readonly maxAge?: number },
): void {
  // Else Koa refuses Secure cookies on plain http, where browsers take them from this machine.
  cookies.secure = options.secure
  cookies.set(name, value, { sameSite: 'lax', ...options })
}
