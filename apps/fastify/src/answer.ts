import { describeSession, isFormType, pageAfter, type SessionDescription } from '@encrypted-session/demo'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Whether the body came from a form on the page. */
export function isForm(request: FastifyRequest): boolean {
  return isFormType(request.headers['content-type'])
}

/** The answer to a change: a form goes back to the page, which says what it did where the form asks for that; a program gets the session as it is now. */
export async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | SessionDescription> {
  if (isForm(request)) return reply.redirect(pageAfter(request.url), 303)
  // Written already here and not after the handler, so that the answer can name the size of the cookie that goes out with it.
  await request.session.commit()
  return describeSession(request.session)
}
