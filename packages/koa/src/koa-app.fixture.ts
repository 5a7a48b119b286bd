import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSessions, generateKey, parseKeyring, type SessionEvent, type Sessions } from '@encrypted-session/core'
import { createClient, type SessionClient } from '@encrypted-session/testing'
import Koa from 'koa'
import { afterEach } from 'vitest'
import { encryptedSession, type SessionContext } from './index.ts'

/** What the sessions of these tests hold. */
export interface Visit {
  note?: string
  tags: string[]
}

export type VisitApp = Koa<Koa.DefaultState, SessionContext<Sessions<Visit>>>
export type VisitContext = Koa.ParameterizedContext<Koa.DefaultState, SessionContext<Sessions<Visit>>>

export const key: string = await generateKey()
const running: { close(): unknown }[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})

/** Closes it when the test is over. */
export function closeAfterwards(server: { close(): unknown }): void {
  running.push(server)
}

/** An app, the sessions for it, what has happened to them, and the errors that Koa was left with. */
export interface Setting {
  readonly app: VisitApp
  readonly sessions: Sessions<Visit>
  readonly events: SessionEvent[]
  readonly errors: unknown[]
}

export function setting(): Setting {
  const events: SessionEvent[] = []
  const errors: unknown[] = []
  const sessions = createSessions({
    keyring: () => parseKeyring(key),
    initial: (): Visit => ({ tags: [] }),
    onEvent: (event) => events.push(event),
  })
  const app: VisitApp = new Koa()
  app.on('error', (error: unknown) => errors.push(error))
  return { app, sessions, events, errors }
}

/** The same with the middleware in place, and a path where the session can be read. */
export function mounted(): Setting {
  const all = setting()
  all.app.use(encryptedSession(all.sessions))
  all.app.use(async (ctx, next) => {
    if (ctx.path === '/read') ctx.body = { origin: ctx.session.origin, ...ctx.session.data }
    else await next()
  })
  return all
}

/** A client of this app, on a server of its own. */
export async function visit({ app }: { readonly app: Pick<Koa, 'listen'> }): Promise<SessionClient> {
  return createClient(await listen(app.listen(0, '127.0.0.1')))
}

export async function listen(server: Server): Promise<string> {
  closeAfterwards(server)
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  // The cast is right for a server that listens on a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export function note({ session }: VisitContext): string {
  session.data.note = 'written'
  return 'ok'
}

/** Changes the session, then throws. */
export function fail(ctx: VisitContext, thrown: unknown): never {
  note(ctx)
  throw thrown
}

export function errorOf(facts: object): Error {
  return Object.assign(new Error('refused'), facts)
}
