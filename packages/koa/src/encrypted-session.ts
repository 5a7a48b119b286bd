import { STATUS_CODES } from 'node:http'
import { types } from 'node:util'
import type { SessionOf, Sessions } from '@encrypted-session/core'
import { checkAdapterOptions } from '@encrypted-session/core/node'
import type { Middleware } from 'koa'
import { ContextJar } from './context-jar.ts'
import { sessionProperty } from './session-property.ts'

/** What `ctx` gains, for the types of an app and its routers: `Koa<Koa.DefaultState, SessionContext<typeof sessions>>`. */
export type SessionContext<S extends Sessions<object>, Name extends string = 'session'> = Name extends 'session'
  ? { get session(): SessionOf<S>; set session(none: null) }
  : { readonly [name in Name]: SessionOf<S> }

/**
 * Gives every request that passes here a session as `ctx.session`, or under the name in `as`, and writes it before the headers
 * go out, also on errors below 500, redirects and streams. `ctx.session = null` ends it. Throws `ERR_OPTIONS_INVALID` for
 * anything but sessions.
 *
 * The first request loads the key; while that is missing or wrong, every request fails. `await sessions.ready()` before the app
 * listens says so at once.
 *
 * @example
 * ```ts
 * import Koa from 'koa'
 *
 * const app = new Koa<Koa.DefaultState, SessionContext<typeof sessions>>()
 * app.use(encryptedSession(sessions))
 * ```
 */
export function encryptedSession<Data extends object, Name extends string = 'session'>(
  sessions: Sessions<Data>,
  options: { readonly as?: Name } = {},
): Middleware<object, SessionContext<Sessions<Data>, Name>> {
  checkAdapterOptions(sessions, options)
  const keep = sessionProperty(options.as ?? 'session')
  let isReady = false

  return async (context, next) => {
    isReady ||= await sessions.ready().then(() => true)
    const { handle, isOwner } = sessions.attach(context, new ContextJar(context))
    keep(context, await handle.open())
    if (isOwner) {
      context.res.once('close', () => {
        // Without a head the visitor has gone before there was a response to be too late for.
        if (context.headerSent) handle.finish()
      })
    }
    const commit = async (status: number): Promise<void> => {
      // Whoever has sent a head already has committed, or is told by `finish`.
      if (isOwner && !context.headerSent) await handle.commit(status)
    }
    try {
      await next()
      await commit(context.status)
    } catch (error) {
      // This error is the one to answer; a second goes where Koa reports what it cannot answer.
      await commit(statusOf(error)).catch((second: unknown) => context.app.emit('error', second, context))
      throw error
    }
  }
}

/** The status that Koa makes of what was thrown. */
function statusOf(thrown: unknown): number {
  // Koa knows an error of another realm too.
  if (!(thrown instanceof Error || types.isNativeError(thrown))) return 500
  const { status, statusCode }: Error & { status?: unknown; statusCode?: unknown } = thrown
  // oxlint-disable-next-line typescript/prefer-nullish-coalescing -- Koa passes over a status of 0 or '' too
  const code = status || statusCode
  return typeof code === 'number' && code in STATUS_CODES ? code : 500
}
