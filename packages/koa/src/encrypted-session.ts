import { STATUS_CODES } from 'node:http'
import { type Session, SessionError, type SessionOf, type Sessions } from '@encrypted-session/core'
import type { ExtendableContext, Middleware } from 'koa'
import { ContextJar } from './context-jar.ts'

/** How the middleware is mounted. */
export interface EncryptedSessionOptions<Name extends string = string> {
  /** The property of `ctx` that holds the session. Default `session`; name another for a second session in one app. */
  readonly as?: Name
}

/** What `ctx` gains, for the types of an app and its routers: `Koa<Koa.DefaultState, SessionContext<typeof sessions>>`. */
export type SessionContext<S extends Sessions<object>, Name extends string = 'session'> = Name extends 'session'
  ? { get session(): SessionOf<S>; set session(none: null) }
  : { readonly [name in Name]: SessionOf<S> }

/**
 * Gives every request that passes here a session as `ctx.session`, and writes it before the headers go out, also on errors
 * below 500, redirects and streams. `ctx.session = null` ends the session. Throws `ERR_OPTIONS_INVALID` for anything but sessions.
 *
 * The first request loads the key; while it is missing or wrong, every request fails. `await sessions.ready()` before the app
 * listens tells at once.
 *
 * @example
 * ```ts
 * const app = new Koa<Koa.DefaultState, SessionContext<typeof sessions>>()
 * app.use(encryptedSession(sessions))
 * ```
 */
export function encryptedSession<Data extends object, Name extends string = 'session'>(
  sessions: Sessions<Data>,
  // The cast is what the type parameter's default says.
  { as = 'session' as Name }: EncryptedSessionOptions<Name> = {},
): Middleware<object, SessionContext<Sessions<Data>, Name>> {
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- JavaScript callers may give the options of another library
  if (typeof sessions?.attach !== 'function') {
    throw new SessionError('ERR_OPTIONS_INVALID', 'Give it sessions: encryptedSession(createSessions({ … })).')
  }
  // Registered, so that the same name is the same place wherever it is mounted.
  const slot = Symbol.for(`encrypted-session/koa/${as}`)
  let isReady = false

  return async (context, next) => {
    if (!isReady) {
      await sessions.ready()
      isReady = true
    }
    const { handle, isOwner } = sessions.attach(context, new ContextJar(context))
    keep(context, as, slot, await handle.open())
    const commit = async (status: number): Promise<void> => {
      // Whoever has answered already has committed, or is told by `finish`.
      if (isOwner && !context.headerSent) await handle.commit(status)
    }
    if (isOwner) {
      context.res.once('close', () => {
        // Without headers the visitor has gone before there was a response to be too late for.
        if (context.headerSent) handle.finish()
      })
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

/** Puts the session where its accessor finds it, which is on `app.context`: one on every `ctx` takes thirty times as long. */
function keep(context: ExtendableContext, as: string, slot: symbol, session: Session<object>): void {
  // The cast names what is declared below.
  const slotted = context as ExtendableContext & { [slot]?: Session<object> }
  const isDeclared = slot in context
  if (isDeclared ? (slotted[slot] ?? session) !== session : as in context) {
    const remedy = `Give this session a name of its own: encryptedSession(sessions, { as: '…' }).`
    throw new SessionError('ERR_OPTIONS_INVALID', `ctx.${as} is something else already. ${remedy}`)
  }
  if (!isDeclared) declare(context.app.context, as, slot)
  slotted[slot] = session
}

function declare(prototype: object, as: string, slot: symbol): void {
  Object.defineProperty(prototype, slot, { value: undefined, writable: true })
  Object.defineProperty(prototype, as, {
    get(this: { [slot]?: Session<object> }) {
      return this[slot]
    },
    set(this: { [slot]?: Session<object> }, value: unknown) {
      if (value !== null || this[slot] === undefined) {
        const remedy = `Assign to ctx.${as}.data, or call ctx.${as}.destroy().`
        throw new SessionError('ERR_SESSION_ASSIGNED', `ctx.${as} cannot be replaced. ${remedy}`)
      }
      this[slot].destroy()
    },
  })
}

/** The status that Koa makes of what was thrown. */
function statusOf(thrown: unknown): number {
  if (!(thrown instanceof Error)) return 500
  const { status, statusCode }: Error & { status?: unknown; statusCode?: unknown } = thrown
  const code = status ?? statusCode
  return typeof code === 'number' && code in STATUS_CODES ? code : 500
}
