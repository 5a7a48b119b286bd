import {
  createSessions,
  type Keyring,
  parseKeyring,
  type Session,
  type SessionOf,
  type Sessions,
} from '@encrypted-session/core'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { createFactory, createMiddleware } from 'hono/factory'
import { expectTypeOf, test } from 'vitest'
import { encryptedSession, type SessionEnv } from './index.ts'

interface Profile {
  user?: { name: string }
  cart: { item: string; qty: number }[]
}

const keyring = (): Promise<Keyring> => parseKeyring(undefined)
const plain: Sessions = createSessions({ keyring })
const profile: Sessions<Profile> = createSessions({ keyring, initial: (): Profile => ({ cart: [] }) })

test('an app that mounts it knows its session', () => {
  new Hono().use(encryptedSession(profile)).get('/', (c) => {
    expectTypeOf(c.var.session).not.toBeAny()
    expectTypeOf(c.var.session).toEqualTypeOf<Session<Profile>>()
    expectTypeOf(c.get('session')).toEqualTypeOf<Session<Profile>>()
    expectTypeOf(c.var.session.data.cart[0]).toEqualTypeOf<{ item: string; qty: number } | undefined>()
    // @ts-expect-error a typing error in a field is found
    c.var.session.data.crat = []
    // @ts-expect-error the id is the library's to give
    c.var.session.id = 'mine'
    // @ts-expect-error only a session of the same kind has the type
    c.set('session', { note: 'lost' })
    return c.text('ok')
  })
})

test('so does one that declares it, and what is handed its context', () => {
  const app = new Hono<SessionEnv<typeof profile>>()
  app.use(encryptedSession(profile))
  app.get('/', (c) => {
    expectTypeOf(c.var.session).toEqualTypeOf<SessionOf<typeof profile>>()
    return answer(c)
  })
  function answer(c: Context<SessionEnv<typeof profile>>): Response {
    expectTypeOf(c.var.session.data).toEqualTypeOf<Profile>()
    return c.json(c.var.session.data)
  }
  const requireUser: MiddlewareHandler = createMiddleware<SessionEnv<typeof profile>>(async (c, next) => {
    expectTypeOf(c.var.session.subject).toEqualTypeOf<string | undefined>()
    await next()
  })
  app.use(requireUser)
  createFactory<SessionEnv<typeof profile>>().createHandlers((c) => c.json(c.var.session.data.cart))
})

test('sessions without types have data of unknown fields', () => {
  new Hono().use(encryptedSession(plain)).get('/', (c) => {
    expectTypeOf(c.var.session).toEqualTypeOf<Session>()
    expectTypeOf(c.var.session.data).toEqualTypeOf<Record<string, unknown>>()
    return c.text('ok')
  })
})

test('two sessions have two names, beside what the app has of its own', () => {
  interface Env {
    Bindings: { SESSION_KEYS: string }
    Variables: { requestId: string }
  }
  new Hono<Env>()
    .use(encryptedSession(profile))
    .use(encryptedSession(plain, { as: 'adminSession' }))
    .get('/', (c) => {
      expectTypeOf(c.var.session).toEqualTypeOf<Session<Profile>>()
      expectTypeOf(c.var.adminSession).toEqualTypeOf<Session>()
      expectTypeOf(c.var.requestId).toEqualTypeOf<string>()
      expectTypeOf(c.env.SESSION_KEYS).toEqualTypeOf<string>()
      return c.text('ok')
    })
  new Hono<Env & SessionEnv<typeof profile, 'adminSession'>>().get('/', (c) => {
    expectTypeOf(c.var.adminSession).toEqualTypeOf<Session<Profile>>()
    expectTypeOf(c.var.requestId).toEqualTypeOf<string>()
    return c.text('ok')
  })
})

test('a context without the middleware has no session', () => {
  new Hono().get('/', (c) => {
    // @ts-expect-error nothing promises it
    void c.var.session
    return c.text('ok')
  })
  new Hono().use(encryptedSession(profile, { as: 'visit' })).get('/', (c) => {
    // @ts-expect-error it has another name
    void c.var.session
    return c.json(c.var.visit.data)
  })
})

test('the middleware takes any sessions, and nothing else', () => {
  // @ts-expect-error sessions are needed
  encryptedSession()
  // @ts-expect-error options of sessions are not sessions
  encryptedSession({ keyring })
  // @ts-expect-error the options of another library
  encryptedSession(profile, { secret: 'a password' })
  // @ts-expect-error a name is a text
  encryptedSession(profile, { as: true })
  // @ts-expect-error the type of sessions, not of their data
  expectTypeOf<SessionEnv<Profile>>().not.toBeNever()
})
