import { SessionTooLargeError } from '@encrypted-session/core'
import { CONTENT_SECURITY_POLICY, renderProblem, type Site, themeOf } from '@encrypted-session/demo'
import type { FastifyError, FastifyInstance } from 'fastify'
import { isForm } from './answer.ts'

/** Says how errors are answered: forms get a page, programs get JSON, and a session that is too large says by how much. */
export function answerErrors(app: FastifyInstance, site: Site): void {
  app.setErrorHandler<FastifyError | SessionTooLargeError>((error, request, reply) => {
    const status = error.statusCode ?? 500
    // What went wrong here and not there is answered by Fastify, which also logs it.
    if (status >= 500 && status !== 501) return reply.send(error)

    reply.code(status).header('cache-control', 'no-store')
    if (isForm(request)) {
      const fields = error instanceof SessionTooLargeError ? error.fields : undefined
      const problem = { status, message: error.message, ...(fields !== undefined && { fields }) }
      reply.type('text/html; charset=utf-8').header('content-security-policy', CONTENT_SECURITY_POLICY)
      return reply.send(renderProblem(problem, site, themeOf(request.cookies['theme'])))
    }
    if (!(error instanceof SessionTooLargeError)) return reply.send(error)
    const { code, statusText, message, size, limit, fields } = error
    return reply.send({ statusCode: status, code, error: statusText, message, size, limit, fields })
  })
}
