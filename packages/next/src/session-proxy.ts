import type { MaybePromise, Sessions } from '@encrypted-session/core'
import type { NextFetchEvent, NextRequest } from 'next/server.js'
import type { ReadOnlyView } from './read-only-view.ts'

/** What your own proxy does, with the session to look at. Answering nothing lets the request pass. */
export type ProxyHandler<Data extends object> = (
  request: NextRequest,
  view: ReadOnlyView<Data>,
  event: NextFetchEvent,
) => MaybePromise<Response | null | undefined | void>

/** */
export function sessionProxy<Data extends object>(
  sessions: Sessions<Data>,
  handler?: ProxyHandler<Data>,
): (request: NextRequest, event: NextFetchEvent) => Promise<Response> {
  throw new Error('not yet', { cause: [sessions, handler] })
}
