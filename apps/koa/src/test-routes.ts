import { setTimeout } from 'node:timers/promises'
import { noteBody, slowBody } from '@encrypted-session/demo'
import { encryptedSession } from '@encrypted-session/koa'
import { Router } from '@koa/router'
import { answer } from './answer.ts'
import type { Demo, DemoContext, DemoState } from './demo.ts'

/** Routes that no demo needs: for the shared suite, which asks of an adapter what no ordinary route would. */
export function testRoutes({ sessions }: Demo): Router<DemoState, DemoContext> {
  const router = new Router<DemoState, DemoContext>({ prefix: '/test' })

  router.get('/headers', (ctx) => {
    ctx.set({
      vary: 'Accept-Encoding',
      'cache-control': 'public, max-age=60',
      'cdn-cache-control': 'public, max-age=60',
    })
    ctx.append('Set-Cookie', 'theme=dark; Path=/')
    if (ctx.query['session'] === 'write') ctx.session.data.visits += 1
    if (ctx.query['session'] === 'read') void ctx.session.data.visits
    ctx.body = 'ok'
  })

  router.get('/not-modified', (ctx) => {
    ctx.session.data.visits += 1
    ctx.body = 'ok'
    ctx.etag = '1'
    if (ctx.fresh) ctx.status = 304
  })

  const shared = Object.assign(new Error('The same error for everyone.'), { status: 401, expose: true })
  router.post('/shared-error', (ctx) => {
    ctx.session.data.note = noteBody(ctx.request.body).text
    throw shared
  })

  router.post('/slow', async (ctx) => {
    const { ms, text } = slowBody(ctx.request.body)
    void ctx.session.data.visits
    await setTimeout(ms)
    if (text !== undefined) ctx.session.data.note = text
    await answer(ctx)
  })

  router.post('/twice', encryptedSession(sessions, { as: 'again' }), (ctx) => {
    ctx.session.data.note = noteBody(ctx.request.body).text
    ctx.body = { same: ctx.session === ctx.again, note: ctx.again.data.note }
  })

  return router
}
