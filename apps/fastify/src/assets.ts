import { PassThrough } from 'node:stream'
import { eventStreamText, type EventLog, icon, script, stylesheet } from '@encrypted-session/demo'
import type { FastifyInstance } from 'fastify'

/** What stands around the page, the same for everyone: its stylesheet, its script and the stream of events. */
export async function assetRoutes(app: FastifyInstance, { log }: { readonly log: EventLog }): Promise<void> {
  app.get('/page.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(stylesheet))
  app.get('/page.js', async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script))
  app.get('/icon.svg', async (_request, reply) => reply.type('image/svg+xml').send(icon))

  // No HEAD: its answer would end without the stream ending, and the log would keep the listener.
  app.get('/events', { exposeHeadRoute: false }, async (_request, reply) => {
    const stream = new PassThrough()
    stream.once(
      'close',
      log.subscribe((logged) => stream.write(eventStreamText(logged))),
    )
    stream.write('retry: 2000\n\n')
    return reply.type('text/event-stream').header('cache-control', 'no-store').send(stream)
  })
}
