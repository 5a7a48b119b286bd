import { type EventLog, eventStream, eventStreamHeaders, icon, script, stylesheet } from '@encrypted-session/demo'
import type { FastifyInstance } from 'fastify'

/** What stands around the page, the same for everyone: its stylesheet, its script and the stream of events. */
export async function assetRoutes(app: FastifyInstance, { log }: { readonly log: EventLog }): Promise<void> {
  app.get('/page.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(stylesheet))
  app.get('/page.js', async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script))
  app.get('/icon.svg', async (_request, reply) => reply.type('image/svg+xml').send(icon))

  // No HEAD: Fastify would wait for the end of a stream that has none.
  app.get('/events', { exposeHeadRoute: false }, async (_request, reply) =>
    reply.headers(eventStreamHeaders).send(eventStream(log)),
  )
}
