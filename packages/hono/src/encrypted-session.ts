import { type Handle, SessionError, type SessionOf, type Sessions } from '@encrypted-session/core'
import { attachAgain, checkAdapterOptions, isHandshake, ResponseJar, withoutBody } from '@encrypted-session/core/fetch'
import type { Context, MiddlewareHandler } from 'hono'
import { onceOver } from './once-over.ts'

/** The type of an app whose `c.var.session` is a session of `sessions`: `new Hono<SessionEnv<typeof sessions>>()`. */
export interface SessionEnv<S extends Sessions<object>, Name extends string = 'session'> {
  Variables: { [K in Name]: SessionOf<S> }
}

/** What the middleware is made with, beside sessions. */
export interface EncryptedSessionOptions<Name extends string = 'session'> {
  /** The name in `c.var`. Default `session`; give another for a second session in one app. */
  readonly as?: Name
}

/**
 * Gives every request that passes here a session, `c.var.session`, and writes it before the headers go out, also on errors
 * below 500, redirects and streams. A wrong key makes requests fail; `await sessions.ready()` tells at start. Throws
 * `ERR_OPTIONS_INVALID` for anything but sessions, and for options that it does not know.
 *
 * @example
 * ```ts
 * const app = new Hono().use(encryptedSession(sessions))
 *
 * app.get('/cart', (c) => c.json(c.var.session.data.cart))
 * ```
 */
export function encryptedSession<S extends Sessions<object>, Name extends string = 'session'>(
  sessions: S,
  options: EncryptedSessionOptions<Name> = {},
): MiddlewareHandler<SessionEnv<S, Name>> {
  checkAdapterOptions(sessions, options)
  // The cast is what the type parameter's default says.
  const { as = 'session' as Name } = options
  return async (c, next) => {
    const jar = new ResponseJar(c.req.raw)
    const { handle, isOwner, release } = attachAgain(sessions, c, jar)
    // The cast is what `SessionOf` says: what these sessions open is a session of theirs.
    const session = (await handle.open()) as SessionEnv<S, Name>['Variables'][Name]
    c.set(as, session)
    if (!isOwner) return next()
    // Most servers send their own response to a handshake, where no cookie of ours is: from here on, changes of the session's
    // own facts throw. What comes out may be an ordinary response all the same, and goes the way of any other.
    if (isHandshake(c.req.raw)) await handle.commit(101)
    try {
      await next()
      if (c.get(as) !== session && c.error === undefined) {
        throw new SessionError(
          'ERR_SESSION_ASSIGNED',
          `c.var.${as} was replaced. Assign to its data, call its destroy(), or name a second session: { as }.`,
        )
      }
    } catch (error) {
      // The first error is the one to answer; what else a store says now is told by an event.
      await commit(c, handle, jar, 500).catch(() => undefined)
      // `some` of hono/combine goes on with another middleware, and this one may be mounted there again.
      release()
      throw error
    } finally {
      onceOver(c.env, () => {
        handle.finish()
      })
    }
    // Without a response Hono is about to throw.
    await commit(c, handle, jar, c.finalized ? c.res.status : 500)
  }
}

async function commit(c: Context, handle: Handle<object>, jar: ResponseJar, status: number): Promise<void> {
  const { finalized } = c
  try {
    await handle.commit(status).catch(async (error: unknown) => {
      // The last one: what the app's error page does to the session comes too late, and is told so.
      await handle.commit(500).catch(() => undefined)
      // The handler's own error is answered by now, and is the one to see.
      if (c.error === undefined) throw error
    })
    respond(c, jar.apply(c.res))
  } catch (error) {
    // Hono gives the error's answer all headers of the response that it replaces. What they say of a body is not true of another.
    respond(c, jar.apply(withoutBody(c.res)))
    throw error
  } finally {
    // Where there is no response, there are the headers that Hono keeps for one, and it has yet to say that there is none.
    c.finalized = finalized
  }
}

/** Puts a response in the place of another, which Hono would otherwise mix with it. */
function respond(c: Context, response: Response): void {
  if (response === c.res) return
  c.res = undefined
  c.res = response
}
