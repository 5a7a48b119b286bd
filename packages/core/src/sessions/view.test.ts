import { describe, expect, it } from 'vitest'
import { deepFrozen, viewOf } from './view.ts'
import { createScene, type Fields } from './visitor.fixture.ts'

describe('deepFrozen', () => {
  it.each<[name: string, change: (value: { list: { n: number }[]; inner: { deep: { n: number } } }) => unknown]>([
    ['a field', (value) => (value.list = [])],
    ['a field deep inside', (value) => (value.inner.deep.n = 2)],
    ['an item of a list', (value) => (value.list[0]!.n = 2)],
    ['a list', (value) => value.list.push({ n: 2 })],
    [
      'what it has',
      (value) =>
        Reflect.deleteProperty(value, 'list') ||
        (() => {
          throw new TypeError('kept')
        })(),
    ],
  ])('lets nobody change %s', (_, change) => {
    const value = { list: [{ n: 1 }], inner: { deep: { n: 1 } } }
    deepFrozen(value)
    expect(() => change(value)).toThrow(TypeError)
    expect(value).toEqual({ list: [{ n: 1 }], inner: { deep: { n: 1 } } })
  })

  it('takes bytes, which cannot be frozen, as they are', () => {
    const value = { bytes: new Uint8Array(2), view: new Uint8Array(0), none: null }
    expect(deepFrozen(value)).toBe(value)
    expect(Object.isFrozen(value)).toBe(true)
  })
})

describe('the view of an open session', () => {
  it('shows what the session holds now, also what is not written yet', async () => {
    const { visitor: newVisitor } = createScene({ initial: (): Fields => ({ cart: [] }) })
    const visitor = newVisitor()
    await visitor.visit((session) => {
      session.regenerate({ subject: 'ada' })
    })
    const { result } = await visitor.visit((session) => {
      session.data['cart'] = [{ n: 1 }]
      session.flash.add('info', 'hello')
      const view = viewOf(session)
      const { id, subject, createdAt, expiresAt, authenticatedAt, persistent, cookie } = session
      return { view, session: { id, subject, createdAt, expiresAt, authenticatedAt, persistent, cookie } }
    })
    expect(result.view).toMatchObject({ kind: 'session', data: { cart: [{ n: 1 }] }, ...result.session })
    expect(result.view.flash.peek('info')).toEqual([{ kind: 'info', text: 'hello' }])
  })

  it('shows a visitor without a session as a new one', async () => {
    const { visitor: newVisitor } = createScene({ initial: (): Fields => ({ cart: [] }) })
    const { result } = await newVisitor().visit((session) => viewOf(session))
    expect(result).toMatchObject({ kind: 'anonymous', data: { cart: [] }, subject: undefined })
    expect(result.flash.peek()).toEqual([])
  })

  it('is frozen at every depth, and a copy: the session stays the handler’s to change', async () => {
    const { visitor: newVisitor } = createScene({ initial: (): Fields => ({ cart: [{ n: 1 }] }) })
    const { result } = await newVisitor().visit((session) => {
      const view = viewOf(session)
      const cart = session.data['cart'] as { n: number }[]
      cart[0]!.n = 2
      cart.push({ n: 3 })
      return { view, cart }
    })
    const { view, cart } = result
    expect([view.data, cart]).toEqual([{ cart: [{ n: 1 }] }, [{ n: 2 }, { n: 3 }]])
    expect([view, view.data, view.data['cart'], view.flash].map(Object.isFrozen)).toEqual([true, true, true, true])
  })

  it('is frozen in what it says of the cookie and of messages too', async () => {
    const visitor = createScene().visitor()
    await visitor.visit((session) => {
      session.regenerate({ subject: 'ada' })
    })
    const { result } = await visitor.visit((session) => {
      session.flash.add('info', 'hello')
      return { view: viewOf(session), own: session.flash.peek() }
    })
    const { view, own } = result
    const facts = [view.kind === 'session' && view.cookie, ...view.flash.peek()]
    expect(facts.map((each) => typeof each === 'object' && Object.isFrozen(each))).toEqual([true, true])
    expect(own.map(Object.isFrozen)).toEqual([false])
  })
})
