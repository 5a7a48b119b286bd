import { type Handle, type Session, SessionError, type Sessions } from '@encrypted-session/core'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { createReplyJar } from './reply-jar.ts'

/** What the plugin is registered with. */
export interface EncryptedSessionOptions {
  /** Made by `createSessions`. */
  readonly sessions: Sessions<object>
  /** The request property that holds the session. Default `session`; name another for a second session in one app. */
  readonly as?: string
}

/**
 * Gives every request of this scope a session and writes it before the headers go out, also on errors below 500, redirects and
 * streams. Registering it rejects when the keyring is wrong. The property's type is yours to declare:
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

async function plugin(app: FastifyInstance, { sessions, as = 'session' }: EncryptedSessionOptions): Promise<void> {
  await sessions.ready()
  const kept = new WeakMap<FastifyRequest, Kept>()

  app.decorateRequest(as, {
    getter(this: FastifyRequest) {
      return kept.get(this)?.session
    },
    setter() {
      throw new SessionError('ERR_SESSION_ASSIGNED', `request.${as} cannot be replaced. Assign to request.${as}.data, or call request.${as}.destroy().`)
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    const { handle, isOwner } = sessions.attach(request, createReplyJar(request, reply))
    const session = await handle.open()
    kept.set(request, { session, handle: isOwner ? handle : undefined })
    // A WebSocket has no response to write to: from here on, changes of the session's own facts throw.
    if (request.headers.upgrade?.toLowerCase() === 'websocket') await handle.commit(101)
  })
  app.addHook('onSend', async (request, reply, payload) => {
    await kept.get(request)?.handle?.commit(reply.statusCode)
    return payload
  })
  app.addHook('onResponse', async (request) => {
    kept.get(request)?.handle?.finish()
  })
}

/** A request's session, and its handle where this registration is the one to commit. */
interface Kept {
  readonly session: Session<object>
  readonly handle: Handle<object> | undefined
}
