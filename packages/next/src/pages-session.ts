import type { IncomingMessage, ServerResponse } from 'node:http'
import { type MaybePromise, type ReadOnlyView, type Session, type Sessions, viewOf } from '@encrypted-session/core'
import { changeSession } from './change-session.ts'
import { PagesJar } from './pages-jar.ts'
import { touch } from './touch.ts'
import { inUnit, type Place } from './unit.ts'

/** A request and its response: what `getServerSideProps` is given, and `{ req, res }` in an API route. */
export interface PagesContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

/**
 * The visitor's session to look at, frozen at every depth, in `getServerSideProps` and API routes. Looking extends it in time,
 * so call it before the response begins. Throws `SessionUnavailableError` when a store cannot say whether it holds.
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
export function readSession<Data extends object>(
  sessions: Sessions<Data>,
  context: PagesContext,
): Promise<ReadOnlyView<Data>> {
  return inUnit(sessions, placeOf(context), async ({ session, commit }) => {
    touch(session)
    await commit(200)
    return viewOf(session)
  })
}

/**
 * Opens the session, lets `change` at it and writes its cookie; call it before the response begins. Answers what `change` does.
 *
 * A throw inside `change` writes nothing but a `destroy()`. Calls of one request wait for each other; one inside another
 * changes the same session, which the outer one writes. Rejects with `SessionTooLargeError` and `SessionUnavailableError`,
 * whose `status` and `headers` are for you to answer with.
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
export function updateSession<Data extends object, Result>(
  sessions: Sessions<Data>,
  context: PagesContext,
  change: (session: Session<Data>) => MaybePromise<Result>,
): Promise<Result> {
  return changeSession(sessions, placeOf(context), change)
}

// One jar for each request: what one call writes, the next one reads.
const jars = new WeakMap<IncomingMessage, PagesJar>()

function placeOf({ req, res }: PagesContext): Place {
  const jar = jars.get(req) ?? new PagesJar(req, res)
  jars.set(req, jar)
  return { store: req, jar }
}
