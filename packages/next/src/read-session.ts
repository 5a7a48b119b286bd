import type { Sessions } from '@encrypted-session/core'
import { cookies } from 'next/headers.js'
import { cookieHeader } from './cookie-header.ts'
import { knownView, type ReadOnlyView } from './read-only-view.ts'

/**
 * The visitor's session, to look at: in Server Components, Server Actions and Route Handlers. Frozen at every depth.
 *
 * Throws `SessionUnavailableError` when a revocation store or a session store cannot answer now. It writes nothing, so
 * a visitor who only looks is kept by `sessionProxy`: without it, `lifetime.idle` runs out however often he comes.
 *
 * @example
 * ```tsx
 * const { data, subject, flash } = await readSession(sessions)
 * ```
 */
export async function readSession<Data extends object>(sessions: Sessions<Data>): Promise<ReadOnlyView<Data>> {
  // First of all: with `cacheComponents` Next allows no clock and no randomness before it knows that a request is needed.
  return knownView(await sessions.read(cookieHeader(await cookies())))
}
