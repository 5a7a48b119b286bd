import type { MaybePromise, Session, Sessions } from '@encrypted-session/core'
import { cookies, headers } from 'next/headers.js'
import { changeSession } from './change-session.ts'
import { checkArguments } from './check-arguments.ts'
import { checkWritable } from './cookie-store.ts'
import { StoreJar } from './store-jar.ts'

/**
 * Opens the session, lets `change` at it and writes its cookie, in Server Actions and Route Handlers. Answers what `change` does.
 * When the promise is fulfilled, the cookie is written, and `readSession` shows the new state.
 *
 * `redirect()`, `notFound()`, `forbidden()` and `unauthorized()` inside `change` write first. After any other throw only a
 * `destroy()` is carried out. Calls of one request wait for each other; one inside another changes the same session, which
 * the outer one writes. Rejects with `ERR_SESSION_READONLY` while a page is rendered, with `SessionTooLargeError`, and with
 * `SessionUnavailableError`.
 *
 * @example
 * ```ts
 * await updateSession(sessions, (session) => {
 *   session.data.cart.push({ item: 'tea', quantity: 1 })
 * })
 * ```
 */
export async function updateSession<Data extends object, Result>(
  sessions: Sessions<Data>,
  change: (session: Session<Data>) => MaybePromise<Result>,
): Promise<Result> {
  checkArguments(sessions, change)
  const store = await cookies()
  checkWritable(store)
  return changeSession(sessions, { store, jar: new StoreJar(store, await headers()) }, change)
}
