import type { IncomingMessage, ServerResponse } from 'node:http'
import { NodeJar, withSession, type WriteResponse } from '@encrypted-session/core/node'
import type { RunningApp, StartOptions } from './app.ts'
import { listen, prepare, suiteRequest, write } from './node-server.ts'
import type { SuiteAnswer } from './suite-answer.ts'
import { createSuiteApp } from './suite-app.ts'

/** The suite's routes as somebody serves them who has `node:http` and no framework. */
export async function startNodeApp(options: StartOptions): Promise<RunningApp> {
  const { sessions, answer, answerError } = createSuiteApp(options)
  await sessions.ready()
  const listener = withSession(
    sessions,
    async (request: IncomingMessage, response: ServerResponse, session) => {
      const again = await sessions.attach(request, new NodeJar(request, response)).handle.open()
      return writing(response, await answer(await suiteRequest(request, response, { session, again })))
    },
    (error, response) => {
      for (const name of response.getHeaderNames()) response.removeHeader(name)
      return writing(response, answerError(error))
    },
  )
  return listen((request, response) => void listener(request, response))
}

function writing(response: ServerResponse, answer: SuiteAnswer): WriteResponse {
  prepare(response, answer)
  return () => write(response, answer)
}
