import { Readable } from 'node:stream'
import { eventStream, eventStreamHeaders, icon, script, stylesheet } from '@encrypted-session/demo'
import { Router } from '@koa/router'
import type { Demo } from './demo.ts'

/** What stands around the page, the same for everyone: its stylesheet, its script and the stream of events. */
export function assetRoutes({ log }: Pick<Demo, 'log'>): Router {
  const router = new Router()

  router.get('/page.css', (ctx) => {
    ctx.type = 'css'
    ctx.body = stylesheet
  })

  router.get('/page.js', (ctx) => {
    ctx.type = 'js'
    ctx.body = script
  })

  router.get('/icon.svg', (ctx) => {
    ctx.type = 'svg'
    ctx.body = icon
  })

  router.get('/events', (ctx) => {
    ctx.set(eventStreamHeaders)
    // As a stream of Node: of a web stream Koa would not let go before the next event, long after the visitor has left.
    ctx.body = Readable.fromWeb(eventStream(log))
  })

  return router
}
