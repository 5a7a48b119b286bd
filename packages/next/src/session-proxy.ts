import {
  type Handle,
  type MaybePromise,
  type ReadOnlyView,
  type Session,
  SessionHttpError,
  type Sessions,
  SessionUnavailableError,
  viewOf,
} from '@encrypted-session/core'
import { type NextFetchEvent, type NextRequest, NextResponse } from 'next/server.js'
import { checkArguments } from './check-arguments.ts'
import { createProxyJar, type ProxyJar, proxyJarOf } from './proxy-jar.ts'
import { touch } from './touch.ts'

/** What your proxy does beside, with the session to look at. Answering nothing lets the request pass. */
export type ProxyHandler<Data extends object> = (
  request: NextRequest,
  view: ReadOnlyView<Data>,
  event: NextFetchEvent,
) => MaybePromise<Response | null | undefined | void>

/**
 * A `proxy` for `proxy.ts` that keeps sessions alive: it extends them in time and seals them anew when keys rotate, which
 * pages cannot. What is rendered in the same request has the new cookie already, and caches are told to keep no response that
 * sets it. Give it a matcher: what Next itself answers under `/_next/` is for everybody, and gets no cookie here.
 *
 * A store that cannot say whether a session holds stops nothing here, unless your handler looks at the view: then the answer
 * is 503. A handler that throws after something was written, say a logout, is answered with a 500 that carries the cookie,
 * and Next logs the error as one of `event.waitUntil`. Throws `ERR_OPTIONS_INVALID` for anything but sessions and a function.
 *
 * @example
 * ```ts
 * import { sessionProxy } from '@encrypted-session/next/proxy'
 *
 * export const proxy = sessionProxy(sessions, (request, view) => {
 *   const isGuarded = request.nextUrl.pathname.startsWith('/account')
 *   return isGuarded && view.subject === undefined ? Response.redirect(new URL('/login', request.url)) : undefined
 * })
 *
 * export const config = {
 *   // Not for assets, and not for pages that Next only loads ahead.
 *   matcher: [{ source: '/((?!_next/|favicon.ico).*)', missing: [{ type: 'header', key: 'next-router-prefetch' }] }],
 * }
 * ```
 */
export function sessionProxy<Data extends object>(
  sessions: Sessions<Data>,
  handler?: ProxyHandler<Data>,
): (request: NextRequest, event: NextFetchEvent) => Promise<Response> {
  checkArguments(sessions, ...(handler === undefined ? [] : [handler]))
  return async (request, event) => {
    const present = proxyJarOf(sessions, request)
    // Inside another proxy of the same sessions: that one answers, with the last word on each cookie.
    const outer = present?.isAnswered === false ? present : undefined
    const jar = outer ?? createProxyJar(sessions, request)
    if (jar.isReadOnly && handler === undefined) return NextResponse.next()
    const { handle } = sessions.attach({}, jar)
    const view = watch(await renewed(handle, jar), jar)
    jar.carry()
    const response = await answerOf(jar, event, () => handler?.(request, view, event))
    return outer === undefined ? jar.answer(response) : response
  }
}

/** The session, extended if it is time to and a cookie may go out; or why nobody can know it now. */
async function renewed<Data extends object>(
  handle: Handle<Data>,
  { isReadOnly }: ProxyJar,
): Promise<ReadOnlyView<Data> | SessionUnavailableError> {
  const session = await handle.open()
  const unavailable = reasonUnavailable(session)
  // As after a failure: nothing is written, and caches are told what they must know.
  await handle.commit(isReadOnly ? 500 : 200)
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
  const look = (): void => {
    jar.look()
    if (view instanceof SessionUnavailableError) throw view
  }
  const watched = new Proxy(view, {
    get(target, property) {
      look()
      return Reflect.get(target, property) as unknown
    },
    has(target, property) {
      look()
      return Reflect.has(target, property)
    },
    ownKeys(target) {
      look()
      return Reflect.ownKeys(target)
    },
    getOwnPropertyDescriptor(target, property) {
      look()
      return Reflect.getOwnPropertyDescriptor(target, property)
    },
  })
  // The cast: of an error nothing is ever shown.
  return watched as View
}

async function answerOf(
  { written }: ProxyJar,
  event: NextFetchEvent,
  respond: () => ReturnType<ProxyHandler<object>>,
): Promise<Response> {
  try {
    return (await respond()) ?? NextResponse.next()
  } catch (error) {
    if (error instanceof SessionHttpError) return error.getResponse()
    if (written.isEmpty) throw error
    // Next's own answer would go out without the cookie, and a logout would be lost. Next logs what it waits for in vain.
    event.waitUntil(rethrown(error))
    return new Response(null, { status: 500 })
  }
}

async function rethrown(error: unknown): Promise<never> {
  throw error
}
