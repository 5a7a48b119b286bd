import { SessionHttpError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { checkAdapterOptions } from './adapter-options.ts'
import { attachAgain } from './attach-again.ts'
import { ResponseJar } from './response-jar.ts'

/**
 * A handler of `Request` and `Response` with a session, for `Bun.serve`, `Deno.serve`, Workers and frameworks that speak them.
 * What the handler leaves in the session goes out with a copy of its response; what it changes while a body streams comes too
 * late. What a platform gives beside the request is passed on after the session.
 *
 * `onError` answers what the handler throws, and a session that cannot be read or written. Changes go out with its response
 * below 500; from there on, only a logout does. Without it, errors of the session answer by themselves (413, 503), and others
 * are thrown on: changes are dropped, and a logout has ended the session in the revocation store, but no response is left that
 * could clear the cookie. Throws `ERR_OPTIONS_INVALID` for anything but sessions.
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
  checkAdapterOptions(sessions)
  return async (request, ...rest) => {
    const jar = new ResponseJar(request)
    const { handle, isOwner, release } = attachAgain(sessions, request, jar)
    if (!isOwner) return handler(request, await handle.open(), ...rest)
    try {
      const response = await handler(request, await handle.open(), ...rest)
      await handle.commit(statusOf(response))
      return jar.apply(response)
    } catch (error) {
      // The first error is the one to answer; what fails now was told as an event.
      const commit = (status: number): Promise<void> => handle.commit(status).catch(() => undefined)
      try {
        const response = await onError(error)
        await commit(statusOf(response))
        return jar.apply(response)
      } catch (unanswered) {
        await commit(500)
        throw unanswered
      }
    } finally {
      // In a chain of handlers, the next one writes what it does.
      release()
    }
  }
}

/** `Response.error()` has the status 0, carries no cookie, and stands for a failure. */
function statusOf({ status, type }: Response): number {
  return type === 'error' ? 500 : status
}

function answerOwnErrors(error: unknown): Response {
  if (error instanceof SessionHttpError) return error.getResponse()
  throw error
}
