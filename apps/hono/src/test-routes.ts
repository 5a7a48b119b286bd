import { readBody, slowBody, noteBody } from '@encrypted-session/demo'
import { encryptedSession } from '@encrypted-session/hono'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { answer } from './answer.ts'
import type { Demo, DemoEnv } from './env.ts'

/** Routes that no demo needs: for the shared suite, which asks of an adapter what no ordinary route would. */
export function testRoutes({ sessions }: Demo): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>()

  app.get('/headers', (c) => {
    c.header('vary', 'Accept-Encoding')
    c.header('cache-control', 'public, max-age=60')
    c.header('cdn-cache-control', 'public, max-age=60')
    c.header('set-cookie', 'theme=dark; Path=/')
    const what = c.req.query('session')
    if (what === 'write') c.var.session.data.visits += 1
    if (what === 'read') void c.var.session.data.visits
    return c.text('ok')
  })

  app.get('/not-modified', (c) => {
    c.var.session.data.visits += 1
    c.header('etag', '"1"')
    return c.req.header('if-none-match') === '"1"' ? c.body(null, 304) : c.text('ok')
  })

  const error = new HTTPException(401, { message: 'The same error for everyone.' })
  app.post('/shared-error', async (c) => {
    c.var.session.data.note = noteBody(await readBody(c.req.raw)).text
    throw error
  })

  const response = new Response(null, { status: 204 })
  app.get('/shared-response', (c) => {
    c.var.session.data.visits += 1
    return response
  })

  app.post('/slow', async (c) => {
    const { ms, text } = slowBody(await readBody(c.req.raw))
    void c.var.session.data.visits
    await new Promise((resolve) => setTimeout(resolve, ms))
    if (text !== undefined) c.var.session.data.note = text
    return answer(c)
  })

  const twice = new Hono<DemoEnv>().use(encryptedSession(sessions, { as: 'again' }))
  twice.post('/twice', async (c) => {
    const { session, again } = c.var
    session.data.note = noteBody(await readBody(c.req.raw)).text
    return c.json({ same: session === again, note: again.data.note })
  })
  return app.route('/', twice)
}
