import { type Answer, BodyError, errorAnswer, notFoundAnswer, type Site } from '@encrypted-session/demo'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import { isForm } from './answer.ts'
import { formSentence } from './form-sentence.ts'

/** Says how errors are answered: people get a page, programs get JSON, and a session that is too large says by how much. */
export function answerErrors(app: FastifyInstance, site: Site): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500
    // What went wrong here and not there is answered by Fastify, which also logs it.
    if (status >= 500 && status !== 501) return reply.send(error)
    const { message, validation } = error
    const told = validation === undefined ? error : new BodyError(message, formSentence(validation))
    const wants = isForm(request) ? 'page' : 'json'
    return send(reply, errorAnswer(told, { wants, site, theme: request.cookies['theme'] }))
  })

  app.setNotFoundHandler(({ method, url, headers, cookies }, reply) =>
    send(reply, notFoundAnswer({ method, url, accept: headers.accept }, { site, theme: cookies['theme'] })),
  )
}

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}
