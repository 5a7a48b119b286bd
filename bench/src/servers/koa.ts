import { createKeyring, createSessions, type Sessions } from '@encrypted-session/core'
import { encryptedSession, type SessionContext } from '@encrypted-session/koa'
import Koa from 'koa'
import { createSession } from 'koa-session'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { Variant } from '../frameworks.ts'
import { listen, PATIENT } from './listen.ts'
import { createRoutes, type Data, type SessionUse } from './routes.ts'

/** Starts a Koa server with what the variant says, and answers its port. */
export async function startKoa(variant: Variant): Promise<number> {
  const app = await createApp(variant)
  const answer = app.callback()
  return listen(createServer(PATIENT, (request, response) => void answer(request, response)))
}

// Koa writes a Secure cookie only if the proxy in front says that the visitor came by https.
const BEHIND_PROXY = { proxy: true }

async function createApp(variant: Variant): Promise<Pick<Koa, 'callback'>> {
  if (variant === 'koa-session') {
    const app = new Koa<Koa.DefaultState, { session: Data }>(BEHIND_PROXY)
    app.keys = [randomBytes(32).toString('base64url')]
    // What is not said here is as ours by its defaults: path, HttpOnly, and an end after a day that the server checks.
    app.use(createSession({ secure: true, sameSite: 'lax' }, app))
    return answering(app, {
      begin: (context, data) => {
        context.session = data
      },
      get: ({ session }, field) => session[field],
      set: ({ session }, field, value) => {
        session[field] = value
      },
    })
  }
  if (variant === 'encrypted-session') {
    const sessions = createSessions<Data>({ keyring: await createKeyring([randomBytes(32)]) })
    const app = new Koa<Koa.DefaultState, SessionContext<Sessions<Data>>>(BEHIND_PROXY)
    app.use(encryptedSession(sessions))
    return answering(app, {
      begin: ({ session }, data) => {
        session.data = data
      },
      get: ({ session }, field) => session.data[field],
      set: ({ session }, field, value) => {
        session.data[field] = value
      },
    })
  }
  return answering(new Koa<Koa.DefaultState, object>(BEHIND_PROXY))
}

function answering<Added>(app: Koa<Koa.DefaultState, Added>, use?: SessionUse<Added>): Pick<Koa, 'callback'> {
  const answers = new Map(Object.entries(createRoutes(use)))
  app.use((context) => {
    context.body = answers.get(context.path)?.(context)
  })
  return app
}
