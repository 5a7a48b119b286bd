import { type ReadOnlyView, type Sessions, SessionUnavailableError } from '@encrypted-session/core'
import { cookies } from 'next/headers.js'
import { cookieHeader } from './cookie-store.ts'

/**
 * The visitor's session to look at, in Server Components, Server Actions and Route Handlers: frozen at every depth, and
 * for a visitor who has none, what a new one would have. Throws `SessionUnavailableError` when a store cannot tell now
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
  // First of all: with `cacheComponents` Next refuses a clock or randomness before it knows that there is a request.
  const store = await cookies()
  const view = await sessions.read(cookieHeader(store))
  if (view.kind !== 'unavailable') return view
  throw new SessionUnavailableError('A store cannot say now whether this session still holds.')
}
