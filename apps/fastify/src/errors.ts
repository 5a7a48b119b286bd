import { SessionTooLargeError } from '@encrypted-session/core'
import { CONTENT_SECURITY_POLICY, type Problem, renderProblem, type Site, themeOf } from '@encrypted-session/demo'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isForm } from './answer.ts'
import { formProblem } from './form-problem.ts'

/** Says how errors are answered: people get a page, programs get JSON, and a session that is too large says by how much. */
export function answerErrors(app: FastifyInstance, site: Site): void {
  app.setErrorHandler<FastifyError | SessionTooLargeError>((error, request, reply) => {
    const status = error.statusCode ?? 500
    // What went wrong here and not there is answered by Fastify, which also logs it.
    if (status >= 500 && status !== 501) return reply.send(error)

    reply.code(status).header('cache-control', 'no-store')
    if (isForm(request)) return sendProblem(request, reply, site, problemOf(error, status))
    if (!(error instanceof SessionTooLargeError)) return reply.send(error)
    const { code, statusText, message, size, limit, fields } = error
    return reply.send({ statusCode: status, code, error: statusText, message, size, limit, fields })
  })

  app.setNotFoundHandler((request, reply) => {
    reply.code(404).headers({ 'cache-control': 'no-store', vary: 'Accept' })
    const message = `Nothing answers ${request.method} ${request.url.replace(/\?.*/su, '')} here.`
    if (request.headers.accept?.includes('text/html') === true) {
      return sendProblem(request, reply, site, { status: 404, message })
    }
    return reply.send({ statusCode: 404, error: 'Not Found', message })
  })
}

function problemOf(error: FastifyError | SessionTooLargeError, status: number): Problem {
  if (!(error instanceof SessionTooLargeError)) return { status, message: formProblem(error) }
  const { message, size, limit, fields } = error
  return { status, message, ...(Object.keys(fields).length > 0 && { tooLarge: { size, limit, fields } }) }
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, site: Site, problem: Problem): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .send(renderProblem(problem, site, themeOf(request.cookies['theme'])))
}
