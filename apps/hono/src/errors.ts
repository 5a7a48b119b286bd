import { type Answer, errorAnswer, notFoundAnswer, statusOf } from '@encrypted-session/demo'
import type { Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { isForm } from './answer.ts'
import type { Demo, DemoEnv } from './env.ts'

/** Says how errors are answered: people get a page, programs get JSON, and a session that is too large says by how much. */
export function answerErrors(app: Hono<DemoEnv>, { site }: Demo): void {
  app.onError((error, c) => {
    // What went wrong here and not there is for whoever runs the demo.
    if (statusOf(error) === 500) console.error(error)
    const theme = getCookie(c, 'theme')
    return send(errorAnswer(error, { wants: isForm(c) ? 'page' : 'json', site, theme }))
  })

  app.notFound((c) => {
    const { method, url } = c.req
    const theme = getCookie(c, 'theme')
    return send(notFoundAnswer({ method, url: new URL(url).pathname, accept: c.req.header('accept') }, { site, theme }))
  })
}

function send({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers })
}
