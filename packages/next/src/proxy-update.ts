import { type MaybePromise, type Session, SessionError, type Sessions } from '@encrypted-session/core'
import type { NextRequest } from 'next/server.js'
import { changeSession } from './change-session.ts'
import { proxyJarOf } from './proxy-jar.ts'

/**
 * Opens the session in the handler of `sessionProxy`, lets `change` at it and writes its cookie: for what a page cannot do,
 * such as taking the messages that it is about to show. Answers what `change` does. What is rendered in the same request has
 * the new cookie already. Rejects as the `updateSession` of actions does.
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
  const jar = proxyJarOf(request)
  if (jar === undefined) {
    throw new SessionError(
      'ERR_SESSION_READONLY',
      'updateSession of @encrypted-session/next/proxy works inside the handler of sessionProxy, with the request that it is given.',
    )
  }
  jar.look()
  try {
    return await changeSession(sessions, { store: request, jar }, change)
  } finally {
    jar.carry()
  }
}
