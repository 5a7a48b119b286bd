import { type Handle, SessionError, type SessionOf, type Sessions } from '@encrypted-session/core'
import { ResponseJar } from '@encrypted-session/core/fetch'
import type { Context, MiddlewareHandler } from 'hono'

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
 * below 500, redirects and streams. A wrong key makes requests fail; `await sessions.ready()` tells at start.
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
  // The cast is what the type parameter's default says.
  { as = 'session' as Name }: EncryptedSessionOptions<Name> = {},
): MiddlewareHandler<SessionEnv<S, Name>> {
  return async (c, next) => {
    const jar = new ResponseJar(c.req.raw)
    const { handle, isOwner } = sessions.attach(c, jar)
    // The cast is what `SessionOf` says: what these sessions open is a session of theirs.
    const session = (await handle.open()) as SessionEnv<S, Name>['Variables'][Name]
    c.set(as, session)
    if (!isOwner) return next()
    // Only a WebSocket's handshake has this header. Most servers send their own response to it, where no cookie of ours is:
    // from here on, changes of the session's own facts throw.
    if (c.req.header('sec-websocket-key') !== undefined) {
      await handle.commit(101)
      return next()
    }
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
      throw error
    }
    // Without a response Hono is about to throw.
    await commit(c, handle, jar, c.finalized ? c.res.status : 500)
    onceOver(c.env, () => {
      handle.finish()
    })
  }
}

async function commit(c: Context, handle: Handle<object>, jar: ResponseJar, status: number): Promise<void> {
  const { finalized } = c
  try {
    await handle.commit(status)
  } catch (error) {
    // Hono gives the error's answer all headers of the response that it replaces. What they say of a body is not true of another.
    const headers = new Headers(c.res.headers)
    for (const name of c.res.headers.keys()) if (OF_THE_BODY.test(name)) headers.delete(name)
    respond(c, new Response(null, { headers }))
    throw error
  } finally {
    respond(c, jar.apply(c.res))
    // Where there is no response, there are the headers that Hono keeps for one, and it has yet to say that there is none.
    c.finalized = finalized
  }
}
const OF_THE_BODY = /^content-(?!s)|cache|surrogate|etag|expires|modified|transfer/u

/** Puts a response in the place of another, which Hono would otherwise mix with it. */
function respond(c: Context, response: Response): void {
  if (response === c.res) return
  c.res = undefined
  c.res = response
}

/** Calls back when the response is over, where the server lets one know. */
function onceOver(env: unknown, finish: () => void): void {
  // The cast names what `@hono/node-server` and `Deno.serve` give; elsewhere it holds other things, or nothing.
  const { outgoing, completed } = (env ?? {}) as {
    readonly outgoing?: { once?(event: 'close', listener: () => void): unknown }
    readonly completed?: { then?(settled: () => void, failed: () => void): unknown }
  }
  outgoing?.once?.('close', finish)
  completed?.then?.(finish, finish)
}
