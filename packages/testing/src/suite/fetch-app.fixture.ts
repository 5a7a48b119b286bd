import { setTimeout as sleep } from 'node:timers/promises'
import { ResponseJar, withSession } from '@encrypted-session/core/fetch'
import { serve } from '@hono/node-server'
import type { RunningApp, StartOptions } from './app.ts'
import type { SuiteAnswer } from './suite-answer.ts'
import { createSuiteApp } from './suite-app.ts'

/** The suite's routes as a function of `Request` and `Response`, behind a server that speaks them. */
export async function startFetchApp(options: StartOptions): Promise<RunningApp> {
  const { sessions, answer, answerError } = createSuiteApp(options)
  await sessions.ready()
  const fetch = withSession(
    sessions,
    async (request, session) => {
      const added = new Headers()
      const response = await answer({
        session,
        again: await sessions.attach(request, new ResponseJar(request)).handle.open(),
        method: request.method,
        url: new URL(request.url),
        text: await request.text(),
        header: (name) => request.headers.get(name) ?? undefined,
        addHeader(name, value) {
          added.append(name, value)
        },
      })
      return responseTo(response, added)
    },
    (error) => responseTo(answerError(error)),
  )
  return listen(fetch)
}

/** An answer that is given again is one response, as an app keeps it that makes it once. */
const kept = new WeakMap<SuiteAnswer, Response>()

function responseTo(answer: SuiteAnswer, added = new Headers()): Response {
  const known = kept.get(answer)
  if (known !== undefined) return known
  const { status, body } = answer
  const headers = new Headers(answer.headers)
  for (const [name, value] of added) headers.append(name, value)
  const response = new Response(body === '' ? null : typeof body === 'string' ? body : streamed(body), {
    status,
    headers,
  })
  kept.set(answer, response)
  return response
}

function streamed(texts: readonly string[]): ReadableStream {
  const chunks = [...texts]
  return new ReadableStream({
    async pull(controller) {
      const chunk = chunks.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(new TextEncoder().encode(chunk))
      await sleep(1)
    },
  })
}

async function listen(fetch: (request: Request) => Promise<Response>): Promise<RunningApp> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
    resolve(port)
  })
  return {
    url: `http://127.0.0.1:${await promise}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => {
          closed()
        })
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
