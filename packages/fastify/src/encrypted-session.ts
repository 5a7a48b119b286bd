import type { IncomingMessage } from 'node:http'
import { type Handle, type Session, SessionError, type Sessions } from '@encrypted-session/core'
import { checkAdapterOptions } from '@encrypted-session/core/node'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { ReplyJar } from './reply-jar.ts'

/** What the plugin is registered with. */
export interface EncryptedSessionOptions {
  /** Made by `createSessions`. */
  readonly sessions: Sessions<object>
  /** The request property that holds the session. Default `session`; name another for a second session in one app. */
  readonly as?: string
}

/**
 * Gives every request of this scope a session and writes it before the headers go out, also on errors below 500, redirects and
 * streams. Registering it rejects when the keyring or an option is wrong. The property's type is yours to declare:
 *
 * @example
 * ```ts
 * declare module 'fastify' { interface FastifyRequest { session: SessionOf<typeof sessions> } }
 * await app.register(encryptedSession, { sessions })
 * ```
 */
export const encryptedSession: FastifyPluginAsync<EncryptedSessionOptions> = fastifyPlugin(plugin, {
  name: '@encrypted-session/fastify',
  fastify: '5.x',
})

async function plugin(
  app: FastifyInstance,
  { sessions, as = 'session', ...others }: EncryptedSessionOptions,
): Promise<void> {
  checkAdapterOptions(sessions, { as, ...others })
  if (app.hasRequestDecorator(as)) {
    const remedy = "Give this session a name of its own: { sessions, as: '…' }."
    throw new SessionError('ERR_OPTIONS_INVALID', `request.${as} is something else already. ${remedy}`)
  }
  await sessions.ready()
  const slot = Symbol(as)
  // The cast names what is decorated next and filled in by the hook below.
  const slotted = (request: FastifyRequest): { [slot]: Kept | null } =>
    request as FastifyRequest & { [slot]: Kept | null }

  app.decorateRequest(slot, null)
  app.decorateRequest(as, {
    getter(this: FastifyRequest) {
      return slotted(this)[slot]?.session
    },
    setter() {
      throw new SessionError(
        'ERR_SESSION_ASSIGNED',
        `request.${as} cannot be replaced. Assign to request.${as}.data, or call request.${as}.destroy().`,
      )
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    const { handle, isOwner } = sessions.attach(request, new ReplyJar(request, reply))
    const session = await handle.open()
    slotted(request)[slot] = { session, handle: isOwner ? handle : undefined }
    // A WebSocket has no response to write to: from here on, changes of the session's own facts throw.
    if (isUpgrade(request.raw)) await handle.commit(101)
  })
  app.addHook('onSend', async (request, reply, payload) => {
    await slotted(request)[slot]?.handle?.commit(statusOf(reply, payload))
    return payload
  })
  app.addHook('onResponse', async (request) => {
    slotted(request)[slot]?.handle?.finish()
  })
}

/** The status that goes out. Fastify takes over that of a `Response` after all hooks, and answers `Response.error()`, which has none, with 500. */
function statusOf({ statusCode }: FastifyReply, payload: unknown): number {
  // As Fastify tells them, so that those of libraries count too; the cast is what that says.
  if (Object.prototype.toString.call(payload) !== '[object Response]') return statusCode
  return (payload as Response).status || 500
}

/** Node's own verdict: the headers ask for an upgrade, and somebody listens for it. Its types leave the property out. */
function isUpgrade(request: IncomingMessage & { readonly upgrade?: boolean | null }): boolean {
  return request.upgrade === true
}

/** A request's session, and its handle where this registration is the one to commit. */
interface Kept {
  readonly session: Session<object>
  readonly handle: Handle<object> | undefined
}
