import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MaybePromise, Session, Sessions } from '@encrypted-session/core'
import { knownView, type ReadOnlyView } from './read-only-view.ts'

/** A request and its response: the context of `getServerSideProps`, or `{ req, res }` in an API route. */
export interface PagesContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

/** */
export async function readSession<Data extends object>(
  sessions: Sessions<Data>,
  { req }: Pick<PagesContext, 'req'>,
): Promise<ReadOnlyView<Data>> {
  return knownView(await sessions.read(req.headers.cookie))
}

/** */
export async function updateSession<Data extends object, Result>(
  sessions: Sessions<Data>,
  context: PagesContext,
  change: (session: Session<Data>) => MaybePromise<Result>,
): Promise<Result> {
  throw new Error('not yet', { cause: [sessions, context, change] })
}
