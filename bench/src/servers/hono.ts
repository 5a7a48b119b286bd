import { createKeyring, createSessions, type Sessions } from '@encrypted-session/core'
import { encryptedSession, type SessionEnv } from '@encrypted-session/hono'
import { createAdaptorServer } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { CookieStore, type Session, sessionMiddleware } from 'hono-sessions'
import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { Variant } from '../frameworks.ts'
import { listen, PATIENT } from './listen.ts'
import { createRoutes, type Data, type SessionUse } from './routes.ts'

/** Starts a Hono app with what the variant says on Node's server, and answers its port. */
export async function startHono(variant: Variant): Promise<number> {
  // The cast is right: without `createServer` it is Node's own.
  return listen(createAdaptorServer({ fetch: await app(variant), serverOptions: PATIENT }) as Server)
}

type Fetch = Parameters<typeof createAdaptorServer>[0]['fetch']

async function app(variant: Variant): Promise<Fetch> {
  if (variant === 'hono-sessions') {
    const hono = new Hono<{ Variables: { session: Session<Data> } }>()
    hono.use(
      sessionMiddleware({
        store: new CookieStore(),
        encryptionKey: randomBytes(32).toString('base64url'),
        expireAfterSeconds: 24 * 60 * 60,
        // By default every request is a write. Like ours, this one writes when there is something to write.
        autoExtendExpiration: false,
        cookieOptions: { path: '/', httpOnly: true, secure: true, sameSite: 'Lax' },
      }),
    )
    return answering(hono, {
      begin: (c, data) => {
        for (const [field, value] of Object.entries(data)) c.get('session').set(field, value)
      },
      get: (c, field) => c.get('session').get(field),
      set: (c, field, value) => {
        c.get('session').set(field, value)
      },
    })
  }
  if (variant === 'encrypted-session') {
    const sessions = createSessions<Data>({ keyring: await createKeyring([randomBytes(32)]) })
    const hono = new Hono<SessionEnv<Sessions<Data>>>()
    hono.use(encryptedSession(sessions))
    return answering(hono, {
      begin: (c, data) => {
        c.get('session').data = data
      },
      get: (c, field) => c.get('session').data[field],
      set: (c, field, value) => {
        c.get('session').data[field] = value
      },
    })
  }
  return answering(new Hono<{ Variables: object }>())
}

function answering<Variables extends object>(
  hono: Hono<{ Variables: Variables }>,
  use?: SessionUse<Context<{ Variables: Variables }>>,
): Fetch {
  for (const [path, answer] of Object.entries(createRoutes(use))) hono.get(path, (c) => c.text(answer(c)))
  return hono.fetch
}
