import type { MaybePromise, Session, Sessions } from '@encrypted-session/core'
import type { NextRequest } from 'next/server.js'

/** The second argument of a Route Handler: `RouteContext<'/users/[id]'>` of Next's generated types is one. */
export interface RouteContext {
  readonly params: Promise<object>
}

/** A Route Handler, as Next calls it. */
export type RouteHandler<Context extends RouteContext> = (request: NextRequest, context: Context) => Promise<Response>

/** */
export function withSession<
  Data extends object,
  Context extends RouteContext = { readonly params: Promise<Record<string, string | string[] | undefined>> },
>(
  sessions: Sessions<Data>,
  handler: (request: NextRequest, session: Session<Data>, context: Context) => MaybePromise<Response>,
): RouteHandler<Context> {
  throw new Error('not yet', { cause: [sessions, handler] })
}
