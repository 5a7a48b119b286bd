import {
  type Handle,
  type MaybePromise,
  type ReadOnlyView,
  type Session,
  type Sessions,
  SessionUnavailableError,
  viewOf,
} from '@encrypted-session/core'
import { type NextFetchEvent, type NextRequest, NextResponse } from 'next/server.js'
import { createProxyJar, type ProxyJar } from './proxy-jar.ts'
import { touch } from './touch.ts'

/** What your proxy does beside, with the session to look at. Answering nothing lets the request pass. */
export type ProxyHandler<Data extends object> = (
  request: NextRequest,
  view: ReadOnlyView<Data>,
  event: NextFetchEvent,
) => MaybePromise<Response | null | undefined | void>

/**
 * A `proxy` for `proxy.ts` that keeps sessions alive: it extends them in time and seals them anew when keys rotate, which
 * pages cannot. What is rendered in the same request has the new cookie already, and no cache may keep a response that sets it.
 *
 * A store that cannot say whether a session holds stops nothing here, unless your handler looks at the view: then the answer
 * is 503.
 *
 * @example
 * ```ts
 * import { sessionProxy } from '@encrypted-session/next/proxy'
 *
 * export const proxy = sessionProxy(sessions, (request, view) => {
 *   const isGuarded = request.nextUrl.pathname.startsWith('/account')
 *   return isGuarded && view.subject === undefined ? Response.redirect(new URL('/login', request.url)) : undefined
 * })
 * ```
 */
export function sessionProxy<Data extends object>(
  sessions: Sessions<Data>,
  handler?: ProxyHandler<Data>,
): (request: NextRequest, event: NextFetchEvent) => Promise<Response> {
  return async (request, event) => {
    const jar = createProxyJar(request)
    const view = await renewed(sessions.attach({}, jar).handle)
    jar.carry()
    const watched = watch(view, jar)
    return jar.answer((await answerOf(() => handler?.(request, watched, event))) ?? NextResponse.next())
  }
}

/** The session, extended if it is time to; or why nobody can know it now. */
async function renewed<Data extends object>(
  handle: Handle<Data>,
): Promise<ReadOnlyView<Data> | SessionUnavailableError> {
  const session = await handle.open()
  const unavailable = reasonUnavailable(session)
  await handle.commit(200)
  return unavailable ?? viewOf(session)
}

function reasonUnavailable(session: Session<object>): SessionUnavailableError | undefined {
  try {
    touch(session)
    return undefined
  } catch (error) {
    if (error instanceof SessionUnavailableError) return error
    throw error
  }
}

/** A view that tells when it is looked at: only then does the response depend on it. Where nobody can know the session, looking throws. */
function watch<View extends object>(view: View | SessionUnavailableError, jar: ProxyJar): View {
  const watched = new Proxy(view, {
    get(target, property) {
      jar.look()
      if (view instanceof SessionUnavailableError) throw view
      return Reflect.get(target, property) as unknown
    },
  })
  // The cast: of an error nothing is ever shown.
  return watched as View
}

async function answerOf<Answer>(respond: () => MaybePromise<Answer>): Promise<Answer | Response> {
  try {
    return await respond()
  } catch (error) {
    if (error instanceof SessionUnavailableError) return error.getResponse()
    throw error
  }
}
