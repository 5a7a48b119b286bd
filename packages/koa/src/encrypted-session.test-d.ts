import {
  createSessions,
  type Keyring,
  parseKeyring,
  type Session,
  type SessionOf,
  type Sessions,
} from '@encrypted-session/core'
import { Router } from '@koa/router'
import Koa from 'koa'
import { expectTypeOf, test } from 'vitest'
import { encryptedSession, type SessionContext } from './index.ts'

interface Profile {
  user?: { name: string }
  cart: { item: string; qty: number }[]
}

interface State {
  requestId: string
}

const keyring = (): Promise<Keyring> => parseKeyring(undefined)
const plain: Sessions = createSessions({ keyring })
const profile: Sessions<Profile> = createSessions({ keyring, initial: (): Profile => ({ cart: [] }) })

test('an app that declares it has a session with the type of its data, not any', () => {
  const app = new Koa<State, SessionContext<typeof profile>>()
  app.use(encryptedSession(profile))
  app.use((ctx) => {
    expectTypeOf(ctx.session).not.toBeAny()
    expectTypeOf(ctx.session).toEqualTypeOf<Session<Profile>>()
    expectTypeOf(ctx.session.data).not.toBeAny()
    expectTypeOf(ctx.session.data.cart[0]).toEqualTypeOf<{ item: string; qty: number } | undefined>()
    expectTypeOf(ctx.session.data.user).toEqualTypeOf<{ name: string } | undefined>()
    expectTypeOf(ctx.state.requestId).toEqualTypeOf<string>()
    // @ts-expect-error a typing error in a field is found
    ctx.session.data.crat = []
    // @ts-expect-error the id is the library's to give
    ctx.session.id = 'mine'
    // @ts-expect-error nobody has declared it
    void ctx.adminSession
  })
})

test('sessions without a type of their own hold a record of unknowns', () => {
  new Koa<Koa.DefaultState, SessionContext<typeof plain>>().use((ctx) => {
    expectTypeOf(ctx.session).toEqualTypeOf<Session>()
    expectTypeOf(ctx.session.data).toEqualTypeOf<Record<string, unknown>>()
  })
})

test('null can be assigned, and nothing else', () => {
  new Koa<Koa.DefaultState, SessionContext<typeof profile>>().use((ctx) => {
    ctx.session = null
    expectTypeOf(ctx.session).toEqualTypeOf<Session<Profile>>()
    // @ts-expect-error data belongs into ctx.session.data
    ctx.session = { cart: [] }
    // @ts-expect-error null is what ends it
    ctx.session = undefined
  })
})

test('what is added by use is known further down the chain', () => {
  new Koa().use(encryptedSession(profile)).use((ctx) => {
    expectTypeOf(ctx.session).toEqualTypeOf<Session<Profile>>()
    ctx.session = null
  })
})

test('a second session has the name that it was given', () => {
  type Context = SessionContext<typeof profile> & SessionContext<typeof plain, 'adminSession'>
  const app = new Koa<State, Context>()
  app.use(encryptedSession(profile)).use(encryptedSession(plain, { as: 'adminSession' }))
  app.use((ctx) => {
    expectTypeOf(ctx.session).toEqualTypeOf<SessionOf<typeof profile>>()
    expectTypeOf(ctx.adminSession).toEqualTypeOf<SessionOf<typeof plain>>()
    expectTypeOf(ctx.state.requestId).toEqualTypeOf<string>()
    // @ts-expect-error null is for the session of that name alone
    ctx.adminSession = null
  })
})

test('a router has the context of its app, and that of its own middleware', () => {
  const app = new Koa<Koa.DefaultState, SessionContext<typeof profile>>()
  const router = new Router<Koa.DefaultState, SessionContext<typeof profile>>()
  router.get('/', (ctx) => {
    expectTypeOf(ctx.session).toEqualTypeOf<Session<Profile>>()
    ctx.session = null
  })
  router.get('/admin', encryptedSession(plain, { as: 'adminSession' }), (ctx) => {
    expectTypeOf(ctx.adminSession).toEqualTypeOf<Session>()
  })
  app.use(router.routes())
})

test('the middleware takes sessions, and nothing else', () => {
  // @ts-expect-error sessions are needed
  encryptedSession()
  // @ts-expect-error options of sessions are not sessions
  encryptedSession({ keyring })
  // @ts-expect-error the options of another library
  encryptedSession(profile, { key: 'koa.sess' })
  // @ts-expect-error the app, as another library wants it
  encryptedSession(profile, new Koa())
  // @ts-expect-error a type of data is no type of sessions
  expectTypeOf<SessionContext<Profile>>().toBeObject()
})
