import { setTimeout } from 'node:timers/promises'
import type { Session, Sessions } from '@encrypted-session/core'
import type { Visit } from '@encrypted-session/demo'
import { encryptedSession } from '@encrypted-session/fastify'
import createError from '@fastify/error'
import type { FastifyInstance } from 'fastify'
import { answer } from './answer.ts'

declare module 'fastify' {
  interface FastifyRequest {
    again: Session<Visit>
  }
}

/** Routes that no demo needs: for the shared suite, which asks of an adapter what no ordinary route would. */
export async function testRoutes(
  app: FastifyInstance,
  { sessions }: { readonly sessions: Sessions<Visit> },
): Promise<void> {
  app.get<{ Querystring: { session?: 'none' | 'read' | 'write' } }>('/headers', async ({ query, session }, reply) => {
    reply.headers({
      vary: 'Accept-Encoding',
      'cache-control': 'public, max-age=60',
      'cdn-cache-control': 'public, max-age=60',
    })
    reply.header('set-cookie', 'theme=dark; Path=/')
    if (query.session === 'write') session.data.visits += 1
    if (query.session === 'read') void session.data.visits
    return 'ok'
  })

  app.get('/not-modified', async (request, reply) => {
    request.session.data.visits += 1
    reply.header('etag', '"1"')
    return request.headers['if-none-match'] === '"1"' ? reply.code(304).send() : 'ok'
  })

  const shared = new (createError('TEST_SHARED', 'The same error for everyone.', 401))()
  app.post<{ Body: { text: string } }>('/shared-error', (request) => {
    request.session.data.note = request.body.text
    throw shared
  })

  app.post<{ Body: { ms: number; text?: string } }>('/slow', async (request, reply) => {
    const { ms, text } = request.body
    void request.session.data.visits
    await setTimeout(ms)
    if (text !== undefined) request.session.data.note = text
    return answer(request, reply)
  })

  await app.register(async (twice) => {
    await twice.register(encryptedSession, { sessions, as: 'again' })
    twice.post<{ Body: { text: string } }>('/twice', async ({ session, again, body }) => {
      session.data.note = body.text
      return { same: session === again, note: again.data.note }
    })
  })
}
