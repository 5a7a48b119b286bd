import type { IncomingMessage } from 'node:http'
import { type Handle, type Session, SessionError, type Sessions } from '@encrypted-session/core'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
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
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- JavaScript callers may give the options of another library
  if (sessions === undefined) {
    throw new SessionError(
      'ERR_OPTIONS_INVALID',
      'The plugin needs sessions: app.register(encryptedSession, { sessions: createSessions(…) }).',
    )
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
    await slotted(request)[slot]?.handle?.commit(reply.statusCode)
    return payload
  })
  app.addHook('onResponse', async (request) => {
    slotted(request)[slot]?.handle?.finish()
  })
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
