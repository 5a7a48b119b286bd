import type { Session } from '@encrypted-session/core'
import {
  type AppOptions,
  createDemoSessions,
  createEventLog,
  refuseForeignOrigin,
  siteOf,
  type Visit,
} from '@encrypted-session/demo'
import { encryptedSession } from '@encrypted-session/fastify'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import { fastify, type FastifyInstance } from 'fastify'
import { apiRoutes } from './api.ts'
import { assetRoutes } from './assets.ts'
import { breakingRoutes } from './breaking.ts'
import { answerErrors } from './errors.ts'
import { pageRoutes } from './page.ts'
import { testRoutes } from './test-routes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    session: Session<Visit>
  }
}

/** The app, not yet listening. Rejects when the keys are wrong. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const log = createEventLog()
  const sessions = createDemoSessions(options, log)
  const site = siteOf('Fastify', options)

  const app = fastify({
    trustProxy: options.trustProxy ?? false,
    forceCloseConnections: true,
    ajv: {
      customOptions: {
        // A body that says 1 where a text belongs is wrong, and is told so.
        coerceTypes: false,
        // A text with half of a surrogate pair has no bytes of its own.
        formats: { text: (value: string) => value.isWellFormed() },
      },
    },
  })
  answerErrors(app, site)
  await app.register(formbody)
  // Whoever posts to a route without a body may name a type all the same. Fastify refuses JSON of no characters.
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') done(null)
    else void parseJson(request, text, done)
  })
  await app.register(cookie)
  app.addHook('onRequest', async ({ method, headers, host }) => {
    refuseForeignOrigin({ method, origin: headers.origin, host })
  })
  // Outside of the scope below: what never needs a session does not even open it.
  await app.register(assetRoutes, { log })

  await app.register(async (scope) => {
    scope.addHook('onRequest', (_request, _reply, done) => log.follow(done))
    await scope.register(encryptedSession, { sessions })
    const page = { sessions, site, log, secure: options.secure ?? false }
    await scope.register(pageRoutes, page)
    await scope.register(breakingRoutes, page)
    await scope.register(apiRoutes, { prefix: '/api', sessions, hasRevocation: site.hasRevocation })
    if (options.testRoutes === true) await scope.register(testRoutes, { prefix: '/test', sessions })
  })
  return app
}
