import { type Answer, errorAnswer, notFoundAnswer, statusOf } from '@encrypted-session/demo'
import type Koa from 'koa'
import { isForm } from './answer.ts'
import type { Demo, DemoContext, DemoState } from './demo.ts'

/** Says how errors are answered: people get a page, programs get JSON, and a session that is too large says by how much. */
export function answerErrors({ site }: Demo): Koa.Middleware<object, object> {
  return async (ctx, next) => {
    const look = { site, theme: ctx.cookies.get('theme') }
    try {
      await next()
    } catch (error) {
      // What went wrong here and not there is reported.
      if (statusOf(error) === 500) ctx.app.emit('error', error, ctx)
      send(ctx, errorAnswer(error, { wants: isForm(ctx) ? 'page' : 'json', ...look }))
    }
    if (ctx.status !== 404 || ctx.body !== undefined) return
    send(ctx, notFoundAnswer({ method: ctx.method, url: ctx.url, accept: ctx.headers.accept }, look))
  }
}

/** Prints the errors that Koa prints, but for those of visitors who leave while the events are streamed to them. */
export function reportErrors(app: Koa<DemoState, DemoContext>): void {
  app.on('error', (error: Error & { readonly code?: string }) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') app.onerror(error)
  })
}

function send(ctx: Koa.ExtendableContext, { status, headers, body }: Answer): void {
  ctx.status = status
  ctx.set(headers)
  ctx.body = body
}
