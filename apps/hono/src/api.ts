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
  readBody,
  sampleTypes,
} from '@encrypted-session/demo'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { streamText } from 'hono/streaming'
import { answer, isForm } from './answer.ts'
import type { Demo, DemoEnv } from './env.ts'

/** What an application does with its session. */
export function apiRoutes({ sessions, site }: Demo): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>()

  app.get('/session', (c) => c.json(describeSession(c.var.session)))

  app.post('/login', async (c) => {
    const { name } = loginBody(await readBody(c.req.raw))
    c.var.session.regenerate({ subject: name })
    c.var.session.data.user = { name }
    return answer(c)
  })

  app.post('/logout', (c) => {
    c.var.session.destroy()
    return answer(c)
  })

  app.post('/logout-everywhere', async (c) => {
    if (!site.hasRevocation) throw noRevocation()
    const { subject } = c.var.session
    if (subject !== undefined) await sessions.revokeSubject(subject)
    c.var.session.destroy()
    return answer(c)
  })

  app.post('/cart', async (c) => {
    const { item } = cartBody(await readBody(c.req.raw))
    addToCart(c.var.session.data, item)
    return answer(c)
  })

  app.post('/note', async (c) => {
    const { text } = noteBody(await readBody(c.req.raw))
    c.var.session.data.note = text
    return answer(c)
  })

  app.post('/types', (c) => {
    c.var.session.data.types = sampleTypes()
    return answer(c)
  })

  app.get('/types', (c) => c.json(compareTypes(c.var.session.data.types)))

  app.post('/flash', async (c) => {
    const { message } = flashBody(await readBody(c.req.raw))
    const { flash } = c.var.session
    flash.add('info', message)
    return isForm(c) ? c.redirect('/', 303) : c.json({ messages: flash.peek().map(({ text }) => text) })
  })

  app.get('/flash', (c) => c.json({ messages: c.var.session.flash.take().map(({ text }) => text) }))

  app.post('/regenerate', (c) => {
    c.var.session.regenerate()
    return answer(c)
  })

  app.post('/persistent', async (c) => {
    const { value } = persistentBody(await readBody(c.req.raw))
    c.var.session.persistent = value
    return answer(c)
  })

  app.post('/fail', async (c) => {
    const { how, note, destroy } = failBody(await readBody(c.req.raw))
    if (note !== undefined) c.var.session.data.note = note
    if (destroy) c.var.session.destroy()
    throw how === 'http' ? new HTTPException(401, { message: 'Refused, as asked.' }) : new Error('Failed, as asked.')
  })

  app.get('/stream', (c) => {
    c.var.session.data.visits += 1
    return streamText(c, async (stream) => {
      for await (const chunk of chunks()) await stream.write(chunk)
    })
  })

  app.get('/redirect', (c) => {
    c.var.session.data.visits += 1
    return c.redirect('/api/session')
  })

  app.get('/untouched', (c) => c.text('ok'))

  return app
}
