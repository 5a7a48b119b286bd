import { check } from '../base/check.ts'
import { SessionError, SessionHttpError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { checkAdapterOptions } from './adapter-options.ts'
import { BODY_HEADERS } from './body-headers.ts'
import { NodeJar, type NodeRequest, type NodeResponse } from './node-jar.ts'

/** What of Node's `ServerResponse`, or of its HTTP/2 twin, `withSession` uses. */
export interface NodeServerResponse extends NodeResponse {
  statusCode: number
  readonly writableEnded: boolean
  removeHeader(name: string): unknown
  once(event: 'close', listener: () => void): unknown
  destroy(error: Error): unknown
}

/** Writes a response. Called when the session is written, and awaited. */
export type WriteResponse = () => unknown

/**
 * A listener for Node's `http`, `https` and `http2`, or a handler for Express, with a session. Sealing takes a moment, and
 * nothing can be added to a response that has begun. So the handler does not write: it returns a function that does, and the
 * session is written before that is called. What the handler has made of `response.statusCode` by then decides: from 500 on,
 * only a logout takes effect. A handler that writes all the same is told so by `ERR_SESSION_COMMITTED`.
 *
 * `onError` hears of every error, the handler's and those of the session, since nobody else would: Node ends the process for
 * what a listener rejects with. It answers in the same way. `response.statusCode` is 500 by then, or 413 or 503 where the
 * session cannot be written or read, and headers that describe the handler's body are gone. After a response that has begun
 * there is nothing to answer (`response.headersSent`): it is cut off. What `onError` throws, the listener rejects with, after
 * a logout was written; in Express, `(error) => { throw error }` leaves the answer to the app's error handler.
 *
 * @example
 * ```ts
 * import { withSession } from '@encrypted-session/core/node'
 * import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
 *
 * createServer(
 *   withSession(
 *     sessions,
 *     (request: IncomingMessage, response: ServerResponse, session) => {
 *       const text = JSON.stringify(session.data)
 *       return () => response.setHeader('content-type', 'application/json').end(text)
 *     },
 *     (error, response) => {
 *       console.error(error)
 *       return () => response.end(STATUS_CODES[response.statusCode])
 *     },
 *   ),
 * )
 * ```
 */
export function withSession<Data extends object, Incoming extends NodeRequest, Outgoing extends NodeServerResponse>(
  sessions: Sessions<Data>,
  handler: (request: Incoming, response: Outgoing, session: Session<Data>) => MaybePromise<WriteResponse>,
  onError: (error: unknown, response: Outgoing) => MaybePromise<WriteResponse>,
): (request: Incoming, response: Outgoing) => Promise<void> {
  checkAdapterOptions(sessions)
  const isCallable = typeof handler === 'function' && typeof onError === 'function'
  check(isCallable, 'Two functions are needed: withSession(sessions, handler, onError)')
  return async (request, response) => {
    const { handle, isOwner } = sessions.attach(request, new NodeJar(request, response))
    if (isOwner) {
      response.once('close', () => {
        // Without a head the visitor has gone before there was a response to be too late for.
        if (response.headersSent) handle.finish()
      })
    }
    const answer = async (write: WriteResponse): Promise<void> => {
      checkUnwritten(response, write)
      await handle.commit(response.statusCode)
      await write()
    }
    try {
      await answer(await handler(request, response, await handle.open()))
    } catch (error) {
      if (response.headersSent) return cutOff(response, () => onError(error, response))
      prepareFor(error, response)
      try {
        await answer(await onError(error, response))
      } catch (unanswered) {
        // A logout still takes effect. What its store answers was told as an event; the handler's error is the one to see.
        await handle.commit(500).catch(() => undefined)
        throw unanswered
      }
    }
  }
}

async function cutOff(response: NodeServerResponse, tell: () => unknown): Promise<void> {
  try {
    await tell()
  } finally {
    // Whoever waits for the rest would wait for ever. Without an error, HTTP/2 would call what there is the whole.
    if (!response.writableEnded) response.destroy(new Error('The response broke off.'))
  }
}

function checkUnwritten({ headersSent }: NodeResponse, write: unknown): void {
  if (!headersSent && typeof write === 'function') return
  throw new SessionError(
    'ERR_SESSION_COMMITTED',
    'A handler with a session returns a function that writes the response, and does not write before: return () => response.end(text).',
  )
}

function prepareFor(error: unknown, response: NodeServerResponse): void {
  const { status, headers } = error instanceof SessionHttpError ? error : { status: 500, headers: {} }
  // That of the handler does not come.
  for (const name of BODY_HEADERS) response.removeHeader(name)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.statusCode = status
}
