import {
  type AppOptions,
  createDemoSessions,
  createEventLog,
  refuseForeignOrigin,
  siteOf,
} from '@encrypted-session/demo'
import { encryptedSession } from '@encrypted-session/hono'
import { Hono } from 'hono'
import { apiRoutes } from './api.ts'
import { assetRoutes } from './assets.ts'
import { breakingRoutes } from './breaking.ts'
import type { Demo, DemoEnv } from './env.ts'
import { answerErrors } from './errors.ts'
import { pageRoutes } from './page.ts'
import { testRoutes } from './test-routes.ts'

/** The app, for any server that calls `fetch`. It imports nothing of Node, so it runs on Bun, Deno and Workers as it is. */
export function createApp(options: AppOptions): Hono<DemoEnv> {
  const log = createEventLog()
  const sessions = createDemoSessions(options, log)
  const demo: Demo = { sessions, site: siteOf('Hono', options), log, secure: options.secure ?? false }

  const app = new Hono<DemoEnv>()
  answerErrors(app, demo)
  app.use(async (c, next) => {
    refuseForeignOrigin({ method: c.req.method, origin: c.req.header('origin'), host: c.req.header('host') })
    await next()
  })
  // Before the session's middleware: what never needs a session does not even open it.
  app.route('/', assetRoutes(demo))

  app.use((_c, next) => log.follow(next))
  app.use(encryptedSession(sessions))
  app.route('/', pageRoutes(demo))
  app.route('/', breakingRoutes(demo))
  app.route('/api', apiRoutes(demo))
  if (options.testRoutes === true) app.route('/test', testRoutes(demo))
  return app
}
