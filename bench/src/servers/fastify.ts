import { createKeyring, createSessions, type Session } from '@encrypted-session/core'
import { encryptedSession } from '@encrypted-session/fastify'
import cookiePlugin from '@fastify/cookie'
import secureSessionPlugin from '@fastify/secure-session'
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify'
import { randomBytes } from 'node:crypto'
import type { Variant } from '../frameworks.ts'
import { PATIENT } from './listen.ts'
import { createRoutes, type Data, type SessionUse } from './routes.ts'

declare module '@fastify/secure-session' {
  interface SessionData {
    [field: string]: unknown
  }
}
declare module 'fastify' {
  interface FastifyRequest {
    // Not `session`: the other plugin has taken the name in the types.
    visit: Session<Data>
  }
}

/** Starts a Fastify server with `@fastify/cookie` and what the variant says, and answers its port. */
export async function startFastify(variant: Variant): Promise<number> {
  const { keepAliveTimeout, requestTimeout, ...http } = PATIENT
  const app = fastify({ keepAliveTimeout, requestTimeout, http })
  await app.register(cookiePlugin)
  const use = await register(app, variant)
  for (const [path, answer] of Object.entries(createRoutes(use))) app.get(path, answer)
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
}

async function register(app: FastifyInstance, variant: Variant): Promise<SessionUse<FastifyRequest> | undefined> {
  if (variant === '@fastify/secure-session') {
    await app.register(secureSessionPlugin, {
      key: randomBytes(32),
      cookie: { path: '/', httpOnly: true, secure: true, sameSite: 'lax' },
    })
    return {
      begin: ({ session }, data) => {
        for (const [field, value] of Object.entries(data)) session.set(field, value)
      },
      get: ({ session }, field) => session.get(field),
      set: ({ session }, field, value) => {
        session.set(field, value)
      },
    }
  }
  if (variant === 'encrypted-session') {
    const sessions = createSessions<Data>({ keyring: await createKeyring([randomBytes(32)]) })
    await app.register(encryptedSession, { sessions, as: 'visit' })
    return {
      begin: ({ visit }, data) => {
        visit.data = data
      },
      get: ({ visit }, field) => visit.data[field],
      set: ({ visit }, field, value) => {
        visit.data[field] = value
      },
    }
  }
  return undefined
}
