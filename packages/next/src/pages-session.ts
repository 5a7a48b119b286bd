import type { IncomingMessage, ServerResponse } from 'node:http'
import { type MaybePromise, type ReadOnlyView, type Session, type Sessions, viewOf } from '@encrypted-session/core'
import { changeSession, commitThrown } from './change-session.ts'
import { checkArguments } from './check-arguments.ts'
import { PagesJar } from './pages-jar.ts'
import { touch } from './touch.ts'
import { inUnit } from './unit.ts'

/** A request and its response: what `getServerSideProps` is given, and `{ req, res }` in an API route. */
export interface PagesContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

/**
 * The visitor's session to look at, frozen at every depth, in `getServerSideProps` and API routes. Looking extends it in
 * time, unless the response has begun. Throws `SessionUnavailableError` when a store cannot say whether it holds.
 *
 * @example
 * ```ts
 * import { readSession } from '@encrypted-session/next/pages'
 * import type { GetServerSidePropsContext } from 'next'
 *
 * export const getServerSideProps = async (context: GetServerSidePropsContext) => {
 *   const { data } = await readSession(sessions, context)
 *   return { props: { items: data.cart.length } }
 * }
 * ```
 */
export async function readSession<Data extends object>(
  sessions: Sessions<Data>,
  context: PagesContext,
): Promise<ReadOnlyView<Data>> {
  checkArguments(sessions)
  const place = placeOf(sessions, context)
  return inUnit(sessions, place, async ({ session, commit }) => {
    try {
      touch(session)
    } catch (error) {
      await commitThrown(commit, error)
      throw error
    }
    // Too late, an extension waits for the next request, as after a failure: looking is no error then.
    await commit(place.jar.isLate ? 500 : 200)
    return viewOf(session)
  })
}

/**
 * Opens the session, lets `change` at it and writes its cookie; call it before the response begins. Answers what `change` does.
 *
 * A throw inside `change` writes nothing but a `destroy()`. Calls of one request wait for each other; one inside another
 * changes the same session, which the outer one writes. Rejects with `SessionTooLargeError` and `SessionUnavailableError`,
 * whose `status` and `headers` are for you to answer with; with `ERR_SESSION_COMMITTED` when the response has begun.
 *
 * @example
 * ```ts
 * import { updateSession } from '@encrypted-session/next/pages'
 * import type { NextApiRequest, NextApiResponse } from 'next'
 *
 * export default async function handler(req: NextApiRequest, res: NextApiResponse) {
 *   await updateSession(sessions, { req, res }, (session) => session.regenerate({ subject: 'ada' }))
 *   res.status(204).end()
 * }
 * ```
 */
export async function updateSession<Data extends object, Result>(
  sessions: Sessions<Data>,
  context: PagesContext,
  change: (session: Session<Data>) => MaybePromise<Result>,
): Promise<Result> {
  checkArguments(sessions, change)
  return changeSession(sessions, placeOf(sessions, context), change)
}

// One jar for each request: what one call writes, the next one reads.
const jars = new WeakMap<IncomingMessage, PagesJar>()

function placeOf(
  { cookieName }: Pick<Sessions, 'cookieName'>,
  { req, res }: PagesContext,
): { store: object; jar: PagesJar } {
  const jar = jars.get(req) ?? new PagesJar(req, res)
  jars.set(req, jar)
  jar.keepFromCaches(cookieName)
  return { store: req, jar }
}
