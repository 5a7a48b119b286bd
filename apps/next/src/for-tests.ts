import type { RouteHandler } from '@encrypted-session/next'
import { missed } from './missed.ts'
import { hasTestRoutes } from './sessions.ts'

/** A route that is there with DEMO_TEST_ROUTES=1 only. */
export function forTests(handler: RouteHandler): RouteHandler {
  return async (request, context) => (hasTestRoutes ? handler(request, context) : missed(request))
}
