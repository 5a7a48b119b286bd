import { copiedCookie, oversizeNote, readBody, replayBody, replayed, tamperedCookie } from '@encrypted-session/demo'
import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { answer, isForm } from './answer.ts'
import type { Demo, DemoEnv } from './env.ts'
import { sendPage } from './page.ts'

/** What the page offers to try against the session. No application has any of this. */
export function breakingRoutes(demo: Demo): Hono<DemoEnv> {
  const { sessions, secure } = demo
  // Cookies that are set by hand, as nothing but a demonstration does: the session's own are the middleware's.
  const attributes = { path: '/', httpOnly: true, sameSite: 'Lax', secure } as const
  const app = new Hono<DemoEnv>()

  app.post('/tamper', async (c) => {
    const { name, value, maxAge } = await tamperedCookie(sessions, c.req.header('cookie'))
    setCookie(c, name, value, { ...attributes, ...(maxAge !== undefined && { maxAge }) })
    return isForm(c) ? c.redirect('/', 303) : c.json({ tampered: true })
  })

  app.post('/copy', (c) => {
    const { name, value } = copiedCookie(sessions, c.req.header('cookie'))
    setCookie(c, name, value, attributes)
    return isForm(c) ? c.redirect('/', 303) : c.json({ copied: true })
  })

  app.post('/replay', async (c) => {
    const { cookie } = replayBody(await readBody(c.req.raw))
    const replay = await replayed(sessions, cookie, c.var.session.id)
    return isForm(c) ? sendPage(c, demo, { replay }) : c.json(replay)
  })

  app.post('/oversize', (c) => {
    c.var.session.data.note = oversizeNote()
    return answer(c)
  })

  return app
}
