import { COPY_COOKIE, type Deed, deedOf, pageHeaders, pageText, type Replay, themeBody } from '@encrypted-session/demo'
import { Router } from '@koa/router'
import type Koa from 'koa'
import { isForm, seeOther } from './answer.ts'
import type { Demo, DemoContext, DemoState } from './demo.ts'

/** The page, and the theme that it remembers in a cookie of its own, beside the session's. */
export function pageRoutes(demo: Demo): Router<DemoState, DemoContext> {
  const router = new Router<DemoState, DemoContext>()

  router.get('/', (ctx) => sendPage(ctx, demo, { did: deedOf(ctx.query['did']) }))

  router.post('/theme', (ctx) => {
    const { theme } = themeBody(ctx.request.body)
    // Koa counts in milliseconds.
    ctx.cookies.set('theme', theme, { sameSite: 'lax', maxAge: 31_536_000_000 })
    if (isForm(ctx)) seeOther(ctx, '/')
    else ctx.body = { theme }
  })

  return router
}

/** Answers with the page as the browser's cookie stands after this response. */
export async function sendPage(
  ctx: Koa.ParameterizedContext<DemoState, DemoContext>,
  { sessions, site, log }: Demo,
  { did, replay }: { readonly did?: Deed | undefined; readonly replay?: Replay },
): Promise<void> {
  const { session } = ctx
  const flash = session.flash.take()
  // Written already here, so that the page can show the cookie that this response sets.
  await session.commit()
  const cookies = { theme: ctx.cookies.get('theme'), copy: ctx.cookies.get(COPY_COOKIE) }
  const cookieHeader = ctx.headers.cookie
  ctx.set(pageHeaders)
  ctx.body = pageText({ sessions, site, log, session, flash, cookies, cookieHeader, did, replay })
}
