import { assertType, describe, expectTypeOf, it } from 'vitest'
import type { Keyring } from '../seal/keyring.ts'
import type { StandardSchema } from './schema.ts'
import type { Session } from './session.ts'
import { createSessions, type SessionOf, type Sessions } from './sessions.ts'
import type { DeepReadonly, SessionView } from './view.ts'

interface Visit {
  user?: { name: string }
  cart: { item: string; qty: number }[]
}
declare const keyring: Keyring
declare const schema: StandardSchema<Visit>

describe('Data', () => {
  it('is inferred from initial', () => {
    const sessions = createSessions({ keyring, initial: (): Visit => ({ cart: [] }) })
    expectTypeOf(sessions).toEqualTypeOf<Sessions<Visit>>()
    expectTypeOf<SessionOf<typeof sessions>['data']>().toEqualTypeOf<Visit>()
    expectTypeOf<SessionOf<typeof sessions>['data']>().not.toBeAny()
  })

  it('is inferred from the value that initial gives', () => {
    const sessions = createSessions({ keyring, initial: () => ({ views: 0 }) })
    expectTypeOf<SessionOf<typeof sessions>['data']>().toEqualTypeOf<{ views: number }>()
  })

  it('is inferred from a schema', () => {
    const sessions = createSessions({ keyring, schema, initial: () => ({ cart: [] }) })
    expectTypeOf<SessionOf<typeof sessions>['data']>().toEqualTypeOf<Visit>()
  })

  it('is a record of unknown without either, and never any', () => {
    const sessions = createSessions({ keyring })
    expectTypeOf(sessions).toEqualTypeOf<Sessions>()
    expectTypeOf<SessionOf<typeof sessions>['data']['anything']>().toBeUnknown()
    expectTypeOf<SessionOf<typeof sessions>['data']['anything']>().not.toBeAny()
    expectTypeOf<Session['data']>().toEqualTypeOf<Record<string, unknown>>()
  })

  it('is not made wider by an upgrade', () => {
    createSessions({
      keyring,
      initial: (): Visit => ({ cart: [] }),
      upgrade: { version: 1, from: () => ({ cart: [] }) },
    })
    createSessions({
      keyring,
      initial: (): Visit => ({ cart: [] }),
      // @ts-expect-error -- an upgrade gives today's data
      upgrade: { version: 1, from: () => ({ basket: [] }) },
    })
    createSessions({
      keyring,
      initial: (): Visit => ({ cart: [] }),
      upgrade: {
        version: 1,
        from(old) {
          expectTypeOf(old).toBeUnknown()
          return { cart: [] }
        },
      },
    })
  })

  it('can be given', () => {
    expectTypeOf(createSessions<{ theme?: string }>({ keyring })).toEqualTypeOf<Sessions<{ theme?: string }>>()
    createSessions<Visit>({ keyring, initial: () => ({ cart: [] }) })
    // @ts-expect-error -- {} is no Visit, so initial is needed
    createSessions<Visit>({ keyring })
    // @ts-expect-error -- initial gives Data
    createSessions<Visit>({ keyring, initial: () => ({}) })
    // @ts-expect-error -- initial answers at once
    createSessions<Visit>({ keyring, initial: async () => ({ cart: [] }) })
    // @ts-expect-error -- {} satisfies no schema of Visit
    createSessions({ keyring, schema })
  })
})

describe('the options', () => {
  it('refuse wrong use', () => {
    // @ts-expect-error -- a keyring is needed
    createSessions({})
    // @ts-expect-error -- a text is no keyring
    createSessions({ keyring: 'esk_…' })
    // @ts-expect-error -- the promise of a keyring goes into a function
    createSessions({ keyring: Promise.resolve(keyring) })
    // @ts-expect-error -- not an option
    createSessions({ keyring, password: 'x' })
    // @ts-expect-error -- in lifetime, in seconds
    createSessions({ keyring, maxAge: 3600 })
    // @ts-expect-error -- HttpOnly is not a choice
    createSessions({ keyring, cookie: { httpOnly: false } })
    // @ts-expect-error -- a word
    createSessions({ keyring, compression: true })
    // @ts-expect-error -- "off" says it
    createSessions({ keyring, lifetime: { idle: false } })
    createSessions({ keyring: () => keyring })
    createSessions({ keyring: async () => keyring })
  })
})

describe('a session', () => {
  type VisitSession = Session<Visit>

  it('has data that can be changed and facts that cannot', () => {
    const use = (session: VisitSession): void => {
      session.data.cart.push({ item: 'tea', qty: 1 })
      session.data = { cart: [] }
      session.persistent = true
      // @ts-expect-error -- data has its type
      session.data.cart = 'tea'
      // @ts-expect-error -- data belongs into session.data
      session.user = { name: 'ada' }
      // @ts-expect-error -- regenerate({ subject }) sets it
      session.subject = 'ada'
      // @ts-expect-error -- regenerate() makes a new one
      session.id = 'x'
      // @ts-expect-error -- destroy() ends a session
      session.data = null
      // @ts-expect-error -- a text
      session.regenerate({ subject: 7 })
      // @ts-expect-error -- optional means absent
      session.regenerate({ subject: undefined })
      // @ts-expect-error -- the one word there is
      session.regenerate({ data: 'drop' })
      // @ts-expect-error -- a text
      session.flash.add('info', 1)
    }
    expectTypeOf(use).toBeFunction()
    expectTypeOf<VisitSession['subject']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<VisitSession['origin']>().toEqualTypeOf<'fresh' | 'resumed'>()
  })

  it('is not the session of another app', () => {
    expectTypeOf<SessionOf<Sessions<{ a: number }>>>().not.toEqualTypeOf<VisitSession>()
    expectTypeOf<SessionOf<string>>().toBeNever()
  })

  it('kept by revokeSubject is one of the same app', () => {
    const use = async (sessions: Sessions<Visit>, mine: VisitSession, other: Session<{ a: number }>): Promise<void> => {
      await sessions.revokeSubject('ada', { keep: mine })
      // @ts-expect-error -- the session of another app
      await sessions.revokeSubject('ada', { keep: other })
    }
    expectTypeOf(use).toBeFunction()
  })
})

describe('a view', () => {
  it('is told apart by its kind', () => {
    const use = (view: SessionView<Visit>): void => {
      expectTypeOf(view.kind).toEqualTypeOf<'session' | 'anonymous' | 'unavailable'>()
      expectTypeOf(view.subject).toEqualTypeOf<string | undefined>()
      if (view.kind === 'session') expectTypeOf(view.id).toEqualTypeOf<string>()
      // @ts-expect-error -- nothing is known of an unavailable session
      if (view.kind === 'unavailable') assertType(view.data)
      if (view.kind === 'unavailable') return
      expectTypeOf(view.data).toEqualTypeOf<DeepReadonly<Visit>>()
      expectTypeOf(view.data.cart).not.toHaveProperty('push')
      // @ts-expect-error -- a view is only read
      view.data.cart = []
    }
    expectTypeOf(use).toBeFunction()
  })

  it('makes every depth read-only', () => {
    interface Deep {
      list: { n: number }[]
      map: Map<string, { n: number }>
      set: Set<{ n: number }>
      when: Date
      bytes: Uint8Array
      pair: [number, { n: number }]
      maybe?: { n: number } | null
    }
    expectTypeOf<DeepReadonly<Deep>['list']>().toEqualTypeOf<readonly { readonly n: number }[]>()
    expectTypeOf<DeepReadonly<Deep>['map']>().toEqualTypeOf<ReadonlyMap<string, { readonly n: number }>>()
    expectTypeOf<DeepReadonly<Deep>['set']>().toEqualTypeOf<ReadonlySet<{ readonly n: number }>>()
    expectTypeOf<DeepReadonly<Deep>['pair']>().toEqualTypeOf<readonly [number, { readonly n: number }]>()
    expectTypeOf<DeepReadonly<Deep>['maybe']>().toEqualTypeOf<{ readonly n: number } | null | undefined>()
    expectTypeOf<DeepReadonly<Deep>['bytes']>().toEqualTypeOf<Uint8Array>()
    expectTypeOf<DeepReadonly<Deep>['when']>().not.toHaveProperty('setTime')
    expectTypeOf<DeepReadonly<Deep>['when']['getTime']>().toEqualTypeOf<() => number>()
  })
})
