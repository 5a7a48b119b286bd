import { type MaybePromise, type Session, SessionError, type Sessions } from '@encrypted-session/core'
import type { NextRequest } from 'next/server.js'
import { changeSession } from './change-session.ts'
import { checkArguments } from './check-arguments.ts'
import { proxyJarOf } from './proxy-jar.ts'

/**
 * Opens the session in the handler of `sessionProxy`, lets `change` at it and writes its cookie: for what a page cannot do,
 * such as taking the messages that it is about to show. Answers what `change` does. What is rendered in the same request has
 * the new cookie already. Rejects as the `updateSession` of actions does; with `ERR_SESSION_READONLY` also under `/_next/`, and with
 * `ERR_SESSION_COMMITTED` when the proxy has answered.
 *
 * @example
 * ```ts
 * import { sessionProxy, updateSession } from '@encrypted-session/next/proxy'
 *
 * export const proxy = sessionProxy(sessions, async (request) => {
 *   await updateSession(sessions, request, ({ data }) => {
 *     data.cart = []
 *   })
 * })
 * ```
 */
export async function updateSession<Data extends object, Result>(
  sessions: Sessions<Data>,
  request: NextRequest,
  change: (session: Session<Data>) => MaybePromise<Result>,
): Promise<Result> {
  checkArguments(sessions, change)
  const jar = proxyJarOf(sessions, request)
  if (jar === undefined) {
    throw new SessionError(
      'ERR_SESSION_READONLY',
      'updateSession of @encrypted-session/next/proxy works inside the handler of sessionProxy, with the sessions and the request that it is given.',
    )
  }
  if (jar.isReadOnly) {
    throw new SessionError(
      'ERR_SESSION_READONLY',
      'What Next answers under /_next/ may be kept by every cache and takes no cookie: leave it out of the matcher of your proxy.',
    )
  }
  jar.look()
  try {
    return await changeSession(sessions, { store: request, jar }, change)
  } finally {
    jar.carry()
  }
}
