import { Readable } from 'node:stream'
import {
  addToCart,
  cartBody,
  chunks,
  compareTypes,
  describeSession,
  failBody,
  flashBody,
  loginBody,
  noRevocation,
  noteBody,
  persistentBody,
  sampleTypes,
} from '@encrypted-session/demo'
import { Router } from '@koa/router'
import { answer, isForm, seeOther } from './answer.ts'
import type { Demo, DemoContext, DemoState } from './demo.ts'

/** What an application does with its session. */
export function apiRoutes({ sessions, site }: Demo): Router<DemoState, DemoContext> {
  const router = new Router<DemoState, DemoContext>({ prefix: '/api' })

  router.get('/session', (ctx) => {
    ctx.body = describeSession(ctx.session)
  })

  router.post('/login', async (ctx) => {
    const { name } = loginBody(ctx.request.body)
    ctx.session.regenerate({ subject: name })
    ctx.session.data.user = { name }
    await answer(ctx)
  })

  router.post('/logout', async (ctx) => {
    ctx.session = null
    await answer(ctx)
  })

  router.post('/logout-everywhere', async (ctx) => {
    if (!site.hasRevocation) throw noRevocation()
    const { subject } = ctx.session
    if (subject !== undefined) await sessions.revokeSubject(subject)
    ctx.session = null
    await answer(ctx)
  })

  router.post('/cart', async (ctx) => {
    addToCart(ctx.session.data, cartBody(ctx.request.body).item)
    await answer(ctx)
  })

  router.post('/note', async (ctx) => {
    ctx.session.data.note = noteBody(ctx.request.body).text
    await answer(ctx)
  })

  router.post('/types', async (ctx) => {
    ctx.session.data.types = sampleTypes()
    await answer(ctx)
  })

  router.get('/types', (ctx) => {
    ctx.body = compareTypes(ctx.session.data.types)
  })

  router.post('/flash', (ctx) => {
    const { flash } = ctx.session
    flash.add('info', flashBody(ctx.request.body).message)
    if (isForm(ctx)) seeOther(ctx, '/')
    else ctx.body = { messages: flash.peek().map(({ text }) => text) }
  })

  router.get('/flash', (ctx) => {
    ctx.body = { messages: ctx.session.flash.take().map(({ text }) => text) }
  })

  router.post('/regenerate', async (ctx) => {
    ctx.session.regenerate()
    await answer(ctx)
  })

  router.post('/persistent', async (ctx) => {
    ctx.session.persistent = persistentBody(ctx.request.body).value
    await answer(ctx)
  })

  router.post('/fail', (ctx) => {
    const { how, note, destroy } = failBody(ctx.request.body)
    if (note !== undefined) ctx.session.data.note = note
    if (destroy) ctx.session.destroy()
    if (how === 'http') ctx.throw(401, 'Refused, as asked.')
    throw new Error('Failed, as asked.')
  })

  router.get('/stream', (ctx) => {
    ctx.session.data.visits += 1
    ctx.type = 'text/plain; charset=utf-8'
    ctx.body = Readable.from(chunks())
  })

  router.get('/redirect', (ctx) => {
    ctx.session.data.visits += 1
    ctx.redirect('/api/session')
  })

  router.get('/untouched', (ctx) => {
    ctx.body = 'ok'
  })

  return router
}
