import { SessionError, SessionHttpError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { NodeJar, type NodeRequest, type NodeResponse } from './node-jar.ts'

/** What of Node's `ServerResponse`, or of its HTTP/2 twin, `withSession` uses. */
export interface NodeServerResponse extends NodeResponse {
  statusCode: number
  getHeaderNames(): readonly string[]
  removeHeader(name: string): unknown
  end(text: string): unknown
  once(event: 'close', listener: () => void): unknown
}

/** Writes a response. Called when the session is written, and awaited. */
export type WriteResponse = () => unknown

/**
 * A listener for Node's `http`, `https` and `http2`, or a handler for Express, with a session. Sealing takes a moment, and
 * nothing can be added to a response that has begun. So the handler does not write: it returns a function that does, and the
 * session is written before that is called. What the handler has made of `response.statusCode` by then decides: from 500 on,
 * only a logout takes effect. A handler that writes all the same is told so by `ERR_SESSION_COMMITTED`.
 *
 * `onError` answers what the handler throws, and a session that cannot be read or written, in the same way. Without it, errors
 * of the session answer by themselves (413, 503), and others are thrown on: changes are dropped, and the clearing of a logout
 * goes out with whatever response is then written.
 *
 * @example
 * ```ts
 * import { withSession } from '@encrypted-session/core/node'
 * import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
 *
 * createServer(
 *   withSession(sessions, (request: IncomingMessage, response: ServerResponse, session) => {
 *     response.setHeader('content-type', 'application/json')
 *     return () => response.end(JSON.stringify(session.data))
 *   }),
 * )
 * ```
 */
export function withSession<Data extends object, Incoming extends NodeRequest, Outgoing extends NodeServerResponse>(
  sessions: Sessions<Data>,
  handler: (request: Incoming, response: Outgoing, session: Session<Data>) => MaybePromise<WriteResponse>,
  onError: (error: unknown, response: Outgoing) => MaybePromise<WriteResponse> = answerOwnErrors,
): (request: Incoming, response: Outgoing) => Promise<void> {
  return async (request, response) => {
    const { handle, isOwner } = sessions.attach(request, new NodeJar(request, response))
    if (isOwner) {
      response.once('close', () => {
        // Without a head the visitor has gone before there was a response to be too late for.
        if (response.headersSent) handle.finish()
      })
    }
    const answer = async (decide: () => Promise<WriteResponse>): Promise<void> => {
      const write = await decide()
      checkUnwritten(response, write)
      await handle.commit(response.statusCode)
      await write()
    }
    try {
      await answer(async () => handler(request, response, await handle.open()))
    } catch (error) {
      if (response.headersSent) throw error
      await answer(async () => {
        try {
          return await onError(error, response)
        } catch (unanswered) {
          // A logout still takes effect. What its store answers was told as an event; the handler's error is the one to see.
          await handle.commit(500).catch(() => undefined)
          throw unanswered
        }
      })
    }
  }
}

function checkUnwritten({ headersSent }: NodeResponse, write: unknown): void {
  if (!headersSent && typeof write === 'function') return
  throw new SessionError(
    'ERR_SESSION_COMMITTED',
    'A handler with a session returns a function that writes the response, and does not write before: return () => response.end(text).',
  )
}

function answerOwnErrors(error: unknown, response: NodeServerResponse): WriteResponse {
  if (!(error instanceof SessionHttpError)) throw error
  // What the handler has prepared describes an answer that does not come.
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value)
  response.statusCode = error.status
  return () => response.end(error.statusText)
}
