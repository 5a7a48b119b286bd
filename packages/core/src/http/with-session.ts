import { SessionHttpError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { ResponseJar } from './response-jar.ts'

/**
 * A handler of `Request` and `Response` with a session, for `Bun.serve`, `Deno.serve`, Workers and frameworks that speak them.
 * What the handler leaves in the session goes out with a copy of its response; what it changes while a body streams comes too
 * late. What a platform gives beside the request is passed on after the session.
 *
 * `onError` answers what the handler throws, and a session that cannot be read or written. Changes go out with its response
 * below 500; from there on, only a logout does. Without it, errors of the session answer by themselves (413, 503), and others
 * are thrown on: changes are dropped, and a logout has ended the session in the revocation store, but no response is left that
 * could clear the cookie.
 *
 * @example
 * ```ts
 * import { withSession } from '@encrypted-session/core/fetch'
 *
 * export default {
 *   fetch: withSession(sessions, async (request, session) => Response.json(session.data)),
 * }
 * ```
 */
export function withSession<Data extends object, Incoming extends Request, Rest extends readonly unknown[]>(
  sessions: Sessions<Data>,
  handler: (request: Incoming, session: Session<Data>, ...rest: Rest) => MaybePromise<Response>,
  onError: (error: unknown) => MaybePromise<Response> = answerOwnErrors,
): (request: Incoming, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    const jar = new ResponseJar(request)
    const { handle, isOwner } = sessions.attach(request, jar)
    if (!isOwner) return handler(request, await handle.open(), ...rest)
    const answer = async (respond: () => MaybePromise<Response>): Promise<Response> => {
      const response = await respond()
      // `Response.error()` has the status 0, carries no cookie, and stands for a failure.
      await handle.commit(response.type === 'error' ? 500 : response.status)
      return jar.apply(response)
    }
    try {
      return await answer(async () => handler(request, await handle.open(), ...rest))
    } catch (error) {
      return answer(async () => {
        try {
          return await onError(error)
        } catch (unanswered) {
          // A logout still takes effect. What its store answers was told as an event; the handler's error is the one to see.
          await handle.commit(500).catch(() => undefined)
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
