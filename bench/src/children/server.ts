/** A child process: one Fastify server, bare or with one of the session plugins, and what its own process has used so far. */
import { createKeyring, createSessions, type Session, type Sessions } from '@encrypted-session/core'
import { encryptedSession } from '@encrypted-session/fastify'
import cookiePlugin from '@fastify/cookie'
import secureSessionPlugin from '@fastify/secure-session'
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify'
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { SESSIONS } from '../sessions.ts'

/** What is in front of the handlers. */
export type Variant = 'bare' | 'secure-session' | 'encrypted-session'

/** What the child is asked: to be counted from here on, or how much CPU time it has used, in microseconds. */
export type Question = { readonly type: 'mark' } | { readonly type: 'usage' }

type Data = Record<string, unknown>
type Route = (request: FastifyRequest, reply: FastifyReply) => string

const sessions: Sessions<Data> = createSessions<Data>({ keyring: await createKeyring([randomBytes(32)]) })

declare module '@fastify/secure-session' {
  interface SessionData {
    seen: string
  }
}
declare module 'fastify' {
  interface FastifyRequest {
    // Not `session`: the other plugin has taken the name in the types.
    visit: Session<Data>
  }
}

const data: Data = { ...SESSIONS.find(({ bytes }) => bytes === 331)?.data }
let count = 0

/** As long as what it replaces, and never the same: every write is a change, and none is larger than another. */
function moment(): string {
  return String(count++).padStart(String(data['seen']).length, '0')
}

// No deadlines: under a counter that slows everything down a request takes long.
const app = fastify({ keepAliveTimeout: 0, requestTimeout: 0, http: { headersTimeout: 0 } })
await app.register(cookiePlugin)
const [read, write, seed] = await routes(process.argv[2])
app.get('/read', read)
app.get('/write', write)
app.get('/seed', seed)

process.on('message', ({ type }: Question) => {
  if (type === 'mark') hostname()
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.on('disconnect', () => process.exit())
process.send?.(Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port))

/** A handler that looks at the session, one that changes it, one that begins it. Bodies are the same for all. */
async function routes(variant: string | undefined): Promise<[Route, Route, Route]> {
  switch (variant) {
    case 'secure-session':
      await app.register(secureSessionPlugin, {
        key: randomBytes(32),
        cookie: { path: '/', httpOnly: true, secure: true, sameSite: 'lax' },
      })
      return [
        ({ session }) => named(session.get('name')),
        ({ session }) => {
          session.set('seen', moment())
          return named(session.get('name'))
        },
        ({ session }) => {
          // Its types want every key declared.
          for (const [key, value] of Object.entries(data)) session.set(key as 'seen', value as string)
          session.set('seen', moment())
          return 'begun'
        },
      ]
    case 'encrypted-session':
      await app.register(encryptedSession, { sessions, as: 'visit' })
      return [
        ({ visit }) => named(visit.data['name']),
        ({ visit }) => {
          visit.data['seen'] = moment()
          return named(visit.data['name'])
        },
        ({ visit }) => {
          visit.data = { ...data, seen: moment() }
          return 'begun'
        },
      ]
    default:
      return [() => named(data['name']), () => named(data['name']), () => 'begun']
  }
}

function named(name: unknown): string {
  // A rejected cookie would be fast.
  if (name !== data['name']) throw new Error('the session was not opened')
  return 'hello'
}
