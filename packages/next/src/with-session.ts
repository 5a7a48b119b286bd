import { type MaybePromise, type Session, SessionHttpError, type Sessions } from '@encrypted-session/core'
import { cookies } from 'next/headers.js'
import { after, type NextRequest } from 'next/server.js'
import { commitThrown } from './change-session.ts'
import { checkArguments } from './check-arguments.ts'
import { checkWritable } from './cookie-store.ts'
import { RouteJar } from './route-jar.ts'
import { thrownAnswer } from './thrown-answer.ts'
import { touch } from './touch.ts'
import { inUnit, type Unit } from './unit.ts'

/** What Next gives a Route Handler beside the request. Next's own `RouteContext<'/cart/[item]'>` is one, and knows the names of the params. */
export interface HandlerContext<Params extends object = Record<string, string | string[] | undefined>> {
  readonly params: Promise<Params>
}

/** A Route Handler as Next calls it. */
export type RouteHandler<Context extends HandlerContext<object> = HandlerContext> = (
  request: NextRequest,
  context: Context,
) => Promise<Response>

/**
 * A Route Handler with a session. What the handler leaves in it is written when the handler answers, also by `redirect()`,
 * `notFound()`, `forbidden()` and `unauthorized()`; of an answer of 500 and above, and of any other throw, only a `destroy()`.
 * A session that is too large answers 413, a store that cannot tell whether it holds 503. Throws `ERR_OPTIONS_INVALID` for anything but
 * sessions and a function.
 *
 * @example
 * ```ts
 * export const POST = withSession(sessions, async (request, session, context: RouteContext<'/cart/[item]'>) => {
 *   const { item } = await context.params
 *   session.data.cart.push({ item, quantity: 1 })
 *   return Response.json(session.data.cart)
 * })
 * ```
 */
export function withSession<Data extends object, Context extends HandlerContext<object> = HandlerContext>(
  sessions: Sessions<Data>,
  handler: (request: NextRequest, session: Session<Data>, context: Context) => MaybePromise<Response>,
): RouteHandler<Context> {
  checkArguments(sessions, handler)
  return async (request, context) => {
    const store = await cookies()
    checkWritable(store)
    const jar = new RouteJar(request, store)
    return inUnit(sessions, { store, jar }, async ({ session, commit }) => {
      try {
        touch(session)
        const response = await handler(request, session, context)
        await commit(response.status)
        return jar.apply(response)
      } catch (error) {
        const response = await answerThrown(error, request, commit)
        if (response !== undefined) return jar.apply(response)
        if (jar.written.isEmpty) throw error
        // Next's own answer would go out without the cookie that ends the session.
        report(error)
        return jar.apply(new Response(null, { status: 500 }))
      }
    })
  }
}

/** The answer to what was thrown as an answer: Next's own would go out without the session's headers, and some without its cookie. */
async function answerThrown(
  error: unknown,
  request: Request,
  commit: Unit<object>['commit'],
): Promise<Response | undefined> {
  if (error instanceof SessionHttpError) {
    await commit(error.status)
    return error.getResponse()
  }
  await commitThrown(commit, error)
  const { status, location } = thrownAnswer(error)
  if (status >= 500) return undefined
  if (location === undefined) return new Response(null, { status })
  return new Response(null, { status: isForm(request) ? 303 : status, headers: { location } })
}

/** Next logs what `after()` throws. A host that does not keep it alive so long refuses it; then Node tells, as of a warning. */
function report(error: unknown): void {
  try {
    after(() => {
      throw error
    })
  } catch {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}

/** As Next has it: a form that was sent is not sent again to where the redirect leads. */
function isForm({ method, headers }: Request): boolean {
  const type = headers.get('content-type') ?? ''
  return method === 'POST' && /^(application\/x-www-form-urlencoded|multipart\/form-data)/u.test(type)
}
