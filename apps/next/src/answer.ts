import type { MaybePromise } from '@encrypted-session/core'
import {
  describeSession,
  errorAnswer,
  isFormType,
  isTold,
  pageAfter,
  readBody,
  refuseForeignOrigin,
} from '@encrypted-session/demo'
import { type RouteHandler, withSession } from '@encrypted-session/next'
import type { NextRequest } from 'next/server'
import type { Change } from './changes.ts'
import { sessions, site } from './sessions.ts'

/** A POST that changes the session: a form goes back to the page, a program gets the session as it is now. */
export function post(change: Change): RouteHandler {
  return posted(
    withSession(sessions, (request, session) =>
      answered(request, async () => {
        await change(session, await readBody(request))
        // Written already here and not after the handler, so that the answer can name the size of the cookie that goes out with it.
        await session.commit()
        return isForm(request) ? seeOther(pageAfter(request.url)) : Response.json(describeSession(session))
      }),
    ),
  )
}

/** A POST with an answer of its own. */
export function posted(handler: RouteHandler): RouteHandler {
  return (request, context) =>
    answered(request, () => {
      const { method, headers } = request
      refuseForeignOrigin({ method, origin: headers.get('origin'), host: headers.get('host') })
      return handler(request, context)
    })
}

/** Whether the body came from a form. */
export function isForm({ headers }: NextRequest): boolean {
  return isFormType(headers.get('content-type'))
}

/** The answer to a form. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}

/** A refusal is answered as one: to a form with a page, to a program with JSON. Next answers other errors, and logs them. */
async function answered(request: NextRequest, respond: () => MaybePromise<Response>): Promise<Response> {
  try {
    return await respond()
  } catch (error) {
    if (!isTold(error)) throw error
    const wants = isForm(request) ? 'page' : 'json'
    const { status, headers, body } = errorAnswer(error, { wants, site, theme: request.cookies.get('theme')?.value })
    return new Response(body, { status, headers })
  }
}
