import {
  type AppOptions,
  createDemoSessions,
  createEventLog,
  refuseForeignOrigin,
  siteOf,
} from '@encrypted-session/demo'
import { encryptedSession } from '@encrypted-session/koa'
import { bodyParser } from '@koa/bodyparser'
import Koa from 'koa'
import { apiRoutes } from './api.ts'
import { assetRoutes } from './assets.ts'
import { breakingRoutes } from './breaking.ts'
import type { Demo, DemoContext, DemoState } from './demo.ts'
import { answerErrors, reportErrors } from './errors.ts'
import { pageRoutes } from './page.ts'
import { testRoutes } from './test-routes.ts'

/** The app, not yet listening. Rejects when the keys are wrong. */
export async function createApp(options: AppOptions): Promise<Koa<DemoState, DemoContext>> {
  const log = createEventLog()
  const sessions = createDemoSessions(options, log)
  const demo: Demo = { sessions, site: siteOf('Koa', options), log, secure: options.secure ?? false }
  // Koa waits for nothing before it listens: without this, a wrong key would be the first visitor's to find.
  await sessions.ready()

  const app = new Koa<DemoState, DemoContext>({ proxy: options.trustProxy ?? false })
  reportErrors(app)
  app.use(answerErrors(demo))
  app.use((ctx, next) => {
    refuseForeignOrigin({ method: ctx.method, origin: ctx.headers.origin, host: ctx.host })
    return next()
  })
  // Above the session: what never needs one does not even open it.
  app.use(assetRoutes(demo).routes())

  app.use((_ctx, next) => log.follow(next))
  app.use(encryptedSession(sessions))
  app.use(bodyParser())
  app.use(pageRoutes(demo).routes())
  app.use(breakingRoutes(demo).routes())
  app.use(apiRoutes(demo).routes())
  if (options.testRoutes === true) app.use(testRoutes(demo).routes())
  return app
}
