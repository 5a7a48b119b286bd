import {
  COPY_COOKIE,
  type Deed,
  deedOf,
  pageHeaders,
  pageText,
  readBody,
  type Replay,
  themeBody,
} from '@encrypted-session/demo'
import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { isForm } from './answer.ts'
import type { Demo, DemoEnv } from './env.ts'

/** The page, and the theme that it remembers in a cookie of its own, beside the session's. */
export function pageRoutes(demo: Demo): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>()

  app.get('/', (c) => sendPage(c, demo, { did: deedOf(c.req.query('did')) }))

  app.post('/theme', async (c) => {
    const { theme } = themeBody(await readBody(c.req.raw))
    setCookie(c, 'theme', theme, { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: 31_536_000 })
    return isForm(c) ? c.redirect('/', 303) : c.json({ theme })
  })

  return app
}

/** Answers with the page as the browser's cookie stands after this response. */
export async function sendPage(
  c: Context<DemoEnv>,
  { sessions, site, log }: Demo,
  { did, replay }: { readonly did?: Deed | undefined; readonly replay?: Replay },
): Promise<Response> {
  const { session } = c.var
  const flash = session.flash.take()
  // Written already here, so that the page can show the cookie that this response sets.
  await session.commit()
  const cookies = { theme: getCookie(c, 'theme'), copy: getCookie(c, COPY_COOKIE) }
  const cookieHeader = c.req.header('cookie')
  const text = pageText({ sessions, site, log, session, flash, cookies, cookieHeader, did, replay })
  return c.body(text, 200, { ...pageHeaders })
}
