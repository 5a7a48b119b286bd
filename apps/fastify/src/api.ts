import { Readable } from 'node:stream'
import type { Sessions } from '@encrypted-session/core'
import {
  addToCart,
  chunks,
  compareTypes,
  describeSession,
  noRevocation,
  sampleTypes,
  type Visit,
} from '@encrypted-session/demo'
import createError from '@fastify/error'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { answer, isForm } from './answer.ts'
import { oneOf, text } from './bodies.ts'

const RefusedError = createError('DEMO_REFUSED', 'Refused, as asked.', 401)

interface ApiOptions {
  readonly sessions: Sessions<Visit>
  readonly hasRevocation: boolean
}

/** What an application does with its session. */
export const apiRoutes: FastifyPluginAsyncTypebox<ApiOptions> = async (app, { sessions, hasRevocation }) => {
  app.get('/session', (request) => describeSession(request.session))

  // A subject has 255 bytes at most; 60 characters are 240.
  app.post('/login', { schema: { body: Type.Object({ name: text(60) }) } }, async (request, reply) => {
    const { name } = request.body
    request.session.regenerate({ subject: name })
    request.session.data.user = { name }
    return answer(request, reply)
  })

  app.post('/logout', async (request, reply) => {
    request.session.destroy()
    return answer(request, reply)
  })

  app.post('/logout-everywhere', async (request, reply) => {
    if (!hasRevocation) throw noRevocation()
    const { subject } = request.session
    if (subject !== undefined) await sessions.revokeSubject(subject)
    request.session.destroy()
    return answer(request, reply)
  })

  app.post('/cart', { schema: { body: Type.Object({ item: text(200) }) } }, async (request, reply) => {
    addToCart(request.session.data, request.body.item)
    return answer(request, reply)
  })

  const Note = Type.String({ format: 'text' })
  app.post('/note', { schema: { body: Type.Object({ text: Note }) } }, async (request, reply) => {
    request.session.data.note = request.body.text
    return answer(request, reply)
  })

  app.post('/types', async (request, reply) => {
    request.session.data.types = sampleTypes()
    return answer(request, reply)
  })

  app.get('/types', (request) => compareTypes(request.session.data.types))

  app.post('/flash', { schema: { body: Type.Object({ message: text(200) }) } }, async (request, reply) => {
    const { flash } = request.session
    flash.add('info', request.body.message)
    return isForm(request) ? reply.redirect('/', 303) : { messages: flash.peek().map((message) => message.text) }
  })

  app.get('/flash', (request) => ({ messages: request.session.flash.take().map((message) => message.text) }))

  app.post('/regenerate', async (request, reply) => {
    request.session.regenerate()
    return answer(request, reply)
  })

  // A form can only say it in text.
  const Switch = oneOf(true, false, 'true', 'false')
  const isOn = (value: unknown): boolean => value === true || value === 'true'
  app.post('/persistent', { schema: { body: Type.Object({ value: Switch }) } }, async (request, reply) => {
    request.session.persistent = isOn(request.body.value)
    return answer(request, reply)
  })

  const Failure = Type.Object({
    how: oneOf('http', 'error'),
    note: Type.Optional(Note),
    destroy: Type.Optional(Switch),
  })
  app.post('/fail', { schema: { body: Failure } }, (request) => {
    const { how, note, destroy } = request.body
    if (note !== undefined) request.session.data.note = note
    if (isOn(destroy)) request.session.destroy()
    throw how === 'http' ? new RefusedError() : new Error('Failed, as asked.')
  })

  app.get('/stream', async (request, reply) => {
    request.session.data.visits += 1
    return reply.type('text/plain; charset=utf-8').send(Readable.from(chunks()))
  })

  app.get('/redirect', async (request, reply) => {
    request.session.data.visits += 1
    return reply.redirect('/api/session')
  })

  app.get('/untouched', () => 'ok')
}
