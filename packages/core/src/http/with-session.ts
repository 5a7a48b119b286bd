import { SessionHttpError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { ResponseJar } from './response-jar.ts'

/**
 * A handler of `Request` and `Response` with a session, for `Bun.serve`, `Deno.serve`, Workers and frameworks that speak them.
 * What the handler leaves in the session goes out with a copy of its response.
 *
 * `onError` answers what the handler throws, and a session that cannot be written (`SessionHttpError`). Without it, errors of
 * the session answer by themselves (413, 503), and others are thrown on: changes are dropped, and a logout has ended the
 * session in the revocation store, but no response is left that could clear the cookie.
 *
 * @example
 * ```ts
 * Bun.serve({ fetch: withSession(sessions, async (request, session) => Response.json(session.data)) })
 * ```
 */
export function withSession<Data extends object>(
  sessions: Sessions<Data>,
  handler: (request: Request, session: Session<Data>) => MaybePromise<Response>,
  onError: (error: unknown) => MaybePromise<Response> = answerOwnErrors,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const jar = new ResponseJar(request)
    const { handle, isOwner } = sessions.attach(request, jar)
    const session = await handle.open()
    if (!isOwner) return handler(request, session)
    const answer = async (respond: () => MaybePromise<Response>): Promise<Response> => {
      const response = await respond()
      await handle.commit(response.status)
      return jar.apply(response)
    }
    try {
      return await answer(() => handler(request, session))
    } catch (error) {
      return answer(async () => {
        try {
          return await onError(error)
        } catch (unanswered) {
          await handle.commit(500)
          throw unanswered
        }
      })
    }
  }
}

function answerOwnErrors(error: unknown): Response {
  if (error instanceof SessionHttpError) return error.getResponse()
  throw error
}
