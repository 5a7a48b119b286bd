import { type ReadOnlyView, type Sessions, SessionUnavailableError, viewOf } from '@encrypted-session/core'
import { cookies } from 'next/headers.js'
import { checkArguments } from './check-arguments.ts'
import { cookieHeader } from './cookie-store.ts'
import { openSession } from './unit.ts'

/**
 * The visitor's session to look at, in Server Components, Server Actions and Route Handlers: frozen at every depth
 * (maps, dates and bytes only by their types), and for a visitor who has none, what a new one would have. Inside `withSession`
 * and `updateSession`, with what was changed so far. Throws `SessionUnavailableError` when a store cannot tell now
 * whether the session still holds.
 *
 * Nothing is written, since Next lets components write no cookie: without `sessionProxy` in `proxy.ts`, a session with
 * `lifetime.idle` ends for a visitor who only looks at pages, however often he comes.
 *
 * @example
 * ```tsx
 * const { data, subject } = await readSession(sessions)
 * ```
 */
export async function readSession<Data extends object>(sessions: Sessions<Data>): Promise<ReadOnlyView<Data>> {
  checkArguments(sessions)
  // First of all: with `cacheComponents` Next refuses a clock or randomness before it knows that there is a request.
  const store = await cookies()
  const open = openSession(sessions, store)
  if (open !== undefined) return viewOf(open)
  const view = await sessions.read(cookieHeader(store))
  if (view.kind !== 'unavailable') return view
  throw new SessionUnavailableError('A store cannot say now whether this session still holds.')
}
