import { eventStream, eventStreamHeaders, icon, script, stylesheet } from '@encrypted-session/demo'
import { Hono } from 'hono'
import type { Demo } from './env.ts'

/** What stands around the page, the same for everyone: its stylesheet, its script and the stream of events. */
export function assetRoutes({ log }: Demo): Hono {
  const app = new Hono()
  app.get('/page.css', (c) => c.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/page.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' }))
  app.get('/icon.svg', (c) => c.body(icon, 200, { 'content-type': 'image/svg+xml' }))
  app.get('/events', (c) => c.body(eventStream(log), 200, { ...eventStreamHeaders }))
  return app
}
