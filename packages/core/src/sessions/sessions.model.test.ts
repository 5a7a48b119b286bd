import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lifetimeOf, resolveLifetimes } from './lifetime.ts'
import type { Session } from './session.ts'
import { createRevocation } from './revocation.fixture.ts'
import { createScene, type Fields, START, type Visitor } from './visitor.fixture.ts'

/** One session as the model sees it: no bytes, no keys, no cookies. */
interface Model {
  /** Another number for every id. */
  readonly id: number
  readonly data: Readonly<Record<string, number>>
  readonly flash: readonly string[]
  readonly subject: string | undefined
  readonly persistent: boolean
  readonly createdAt: number
  readonly sealedAt: number
}

type Step =
  | { readonly kind: 'set'; readonly field: string; readonly value: number }
  | { readonly kind: 'remove'; readonly field: string }
  | { readonly kind: 'flash'; readonly text: string }
  | { readonly kind: 'take' }
  | { readonly kind: 'persist'; readonly value: boolean }
  | { readonly kind: 'login'; readonly subject: string }
  | { readonly kind: 'regenerate' }
  | { readonly kind: 'destroy' }

/** One request: what the handler does, how it ends, and what happened to time and cookie before it. */
interface Request {
  readonly steps: readonly Step[]
  readonly status: number
  readonly wait: number
  /** `stale`: with the cookie of a moment that an earlier request has remembered; `dropped`: the browser lost it. */
  readonly cookie: 'current' | 'stale' | 'dropped'
  readonly remember: boolean
}

const LIFETIMES = {
  absolute: 1000,
  idle: 300,
  extendAfter: 50,
  persistent: { absolute: 5000, idle: 1000, extendAfter: 100 },
}
const lifetimes = resolveLifetimes(LIFETIMES)
const field = fc.constantFrom('a', 'b')
const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ kind: fc.constant('set' as const), field, value: fc.nat(3) }),
  fc.record({ kind: fc.constant('remove' as const), field }),
  fc.record({ kind: fc.constant('flash' as const), text: fc.constantFrom('x', 'y') }),
  fc.record({ kind: fc.constant('take' as const) }),
  fc.record({ kind: fc.constant('persist' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('login' as const), subject: fc.constantFrom('ada', 'bob') }),
  fc.record({ kind: fc.constant('regenerate' as const) }),
  fc.record({ kind: fc.constant('destroy' as const) }),
)
const request = fc.record<Request>({
  steps: fc.array(step, { maxLength: 4 }),
  status: fc.constantFrom(200, 200, 200, 302, 404, 500),
  wait: fc.constantFrom(0, 0, 5, 40, 60, 200, 299, 300, 700),
  cookie: fc.constantFrom('current', 'current', 'current', 'current', 'stale', 'dropped'),
  remember: fc.boolean(),
})

/** The rules of spec/session.md once more, in as few words as possible: what a request makes of a session. */
class Reference {
  nextId = 1
  now = START
  readonly revoked = new Set<number>()
  readonly superseded = new Map<number, number>()
  readonly hasStore: boolean

  constructor(hasStore: boolean) {
    this.hasStore = hasStore
  }

  /** The session that a cookie opens now, and whether it may be written. */
  open(cookie: Model | undefined): { readonly session: Model | undefined; readonly readOnly: boolean } {
    const none = { session: undefined, readOnly: false }
    if (cookie === undefined) return none
    const { absolute, idle } = lifetimeOf(cookie, lifetimes)
    if (this.now >= cookie.createdAt + absolute || this.now >= cookie.sealedAt + idle) return none
    if (this.revoked.has(cookie.id)) return none
    const end = this.superseded.get(cookie.id)
    if (end !== undefined && this.now >= end) return none
    return { session: cookie, readOnly: end !== undefined }
  }

  /** What the handler sees at the end, and what the browser then has. */
  request(
    cookie: Model | undefined,
    { steps, status }: Request,
  ): { readonly seen: Seen; readonly after: Model | undefined } {
    const { session, readOnly } = this.open(cookie)
    const fresh = (): Omit<Model, 'sealedAt'> => ({
      id: 0,
      data: {},
      flash: [],
      subject: undefined,
      persistent: false,
      createdAt: this.now,
    })
    let state: Omit<Model, 'sealedAt'> = session ?? fresh()
    let destroyed = false
    let regenerated = false
    for (const each of steps) {
      switch (each.kind) {
        case 'set':
          state = { ...state, data: { ...state.data, [each.field]: each.value } }
          break
        case 'remove':
          state = {
            ...state,
            data: Object.fromEntries(Object.entries(state.data).filter(([name]) => name !== each.field)),
          }
          break
        case 'flash':
          state = { ...state, flash: [...state.flash, each.text] }
          break
        case 'take':
          state = { ...state, flash: [] }
          break
        case 'persist':
          state = { ...state, persistent: each.value }
          break
        case 'login': {
          const isOther = state.subject !== undefined && state.subject !== each.subject
          state = {
            ...state,
            ...(isOther && { data: {}, flash: [], persistent: false }),
            subject: each.subject,
            createdAt: this.now,
          }
          regenerated = true
          break
        }
        case 'regenerate':
          regenerated = true
          break
        case 'destroy':
          state = fresh()
          destroyed = true
          regenerated = false
      }
    }
    const seen: Seen = {
      origin: session === undefined || destroyed ? 'fresh' : 'resumed',
      data: state.data,
      flash: state.flash,
      subject: state.subject,
      persistent: state.persistent,
      createdAt: state.createdAt,
    }
    return {
      seen,
      after:
        steps.length === 0
          ? cookie
          : this.#settle(cookie, session, state, { readOnly, destroyed, regenerated, failed: status >= 500 }),
    }
  }

  #settle(
    cookie: Model | undefined,
    session: Model | undefined,
    state: Omit<Model, 'sealedAt'>,
    how: { readOnly: boolean; destroyed: boolean; regenerated: boolean; failed: boolean },
  ): Model | undefined {
    const { readOnly, destroyed, regenerated, failed } = how
    const before = destroyed ? undefined : session
    const changed = content(state) !== content(before ?? { data: {}, flash: [], persistent: false })
    const listed = this.hasStore && session?.subject !== undefined
    if (destroyed && listed) this.revoked.add(session.id)
    if (failed) return destroyed ? undefined : cookie
    if (destroyed && !changed && !regenerated) return undefined
    if (!destroyed && readOnly) return cookie
    const isMinted = before === undefined
    const sealed: Model = {
      ...state,
      id: isMinted || regenerated ? this.nextId++ : before.id,
      createdAt: isMinted ? this.now : state.createdAt,
      sealedAt: this.now,
    }
    if (destroyed || regenerated) {
      if (!destroyed && listed) this.superseded.set(session.id, this.now + 10)
      return sealed
    }
    const isEmpty =
      content(state) === content({ data: {}, flash: [], persistent: false }) && state.subject === undefined
    if (changed) return isEmpty && session !== undefined ? undefined : sealed
    const { extendAfter } = lifetimeOf(state, lifetimes)
    const age = session === undefined ? 0 : this.now - session.sealedAt
    return age > 0 && age >= extendAfter ? sealed : cookie
  }
}

type Seen = Omit<Model, 'id' | 'sealedAt'> & { readonly origin: 'fresh' | 'resumed' }

/** Equal for equal contents, whatever the order in which fields were set: the model does not care for it, and the steps keep it. */
function content({ data, flash, persistent }: Pick<Model, 'data' | 'flash' | 'persistent'>): string {
  return JSON.stringify([Object.entries(data), flash, persistent])
}

function perform(session: Session<Fields>, each: Step): void {
  switch (each.kind) {
    case 'set':
      session.data[each.field] = each.value
      return
    case 'remove':
      delete session.data[each.field]
      return
    case 'flash':
      session.flash.add('info', each.text)
      return
    case 'take':
      session.flash.take()
      return
    case 'persist':
      session.persistent = each.value
      return
    case 'login':
      session.regenerate({ subject: each.subject })
      return
    case 'regenerate':
      session.regenerate()
      return
    case 'destroy':
      session.destroy()
  }
}

const look = (session: Session<Fields>): Seen => ({
  origin: session.origin,
  data: { ...(session.data as Record<string, number>) },
  flash: session.flash.peek().map(({ text }) => text),
  subject: session.subject,
  persistent: session.persistent,
  createdAt: session.createdAt,
})

describe('any sequence of requests', () => {
  it.each([
    ['without a store', false],
    ['with a revocation store', true],
  ])(
    '%s leaves the browser with the session that the reference model has',
    { timeout: 60_000 },
    async (_, hasStore) => {
      await fc.assert(
        fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 12 }), async (requests) => {
          const clock = { now: START }
          const scene = createScene(
            { lifetime: LIFETIMES, ...(hasStore && { revocation: createRevocation(clock) }) },
            clock,
          )
          const reference = new Reference(hasStore)
          const visitor = scene.visitor()
          let model: Model | undefined
          let remembered: { readonly cookies: Visitor<Fields>; readonly model: Model | undefined } = {
            cookies: scene.visitor(),
            model: undefined,
          }
          const ids = new Map<number, string>()
          for (const each of requests) {
            clock.now += each.wait
            reference.now = clock.now
            if (each.cookie === 'dropped') {
              visitor.cookies.clear()
              model = undefined
            } else if (each.cookie === 'stale') {
              visitor.cookies.clear()
              for (const [name, value] of remembered.cookies.cookies) visitor.cookies.set(name, value)
              model = remembered.model
            }
            const { seen, after } = reference.request(model, each)
            const { result, cookies } = await visitor.visit(
              (session) => {
                for (const one of each.steps) perform(session, one)
                return each.steps.length === 0 ? undefined : look(session)
              },
              { status: each.status },
            )
            if (each.steps.length > 0) expect(result).toEqual(seen)
            else expect(cookies).toEqual([])
            model = after
            // What the browser now has is looked at by a reader that changes nothing.
            const view = await scene.sessions.read(visitor.header())
            const { session: expected } = reference.open(model)
            expect(view.kind).toBe(expected === undefined ? 'anonymous' : 'session')
            if (view.kind === 'session' && expected !== undefined) {
              const { data, flash, subject, persistent, createdAt } = view
              expect({ data, flash: flash.peek().map(({ text }) => text), subject, persistent, createdAt }).toEqual({
                data: expected.data,
                flash: expected.flash,
                subject: expected.subject,
                persistent: expected.persistent,
                createdAt: expected.createdAt,
              })
              // Equal ids of the model are equal ids, and different ones are different.
              expect(ids.get(expected.id) ?? view.id).toBe(view.id)
              ids.set(expected.id, view.id)
              expect(new Set(ids.values()).size).toBe(ids.size)
            }
            if (each.remember) remembered = { cookies: visitor.copy(), model }
          }
        }),
        { numRuns: 200 },
      )
    },
  )
})
