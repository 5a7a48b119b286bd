import { createHmac, hkdfSync } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { platformAead } from '#aead'
import { platformDiagnostics } from '#diagnostics'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { platformDiagnostics as nodeDiagnostics } from './diagnostics.node.ts'
import { platformDiagnostics as webDiagnostics } from './diagnostics.web.ts'
import { createEmitter, type Emitter, type EventListener, type SessionEvent } from './events.ts'
import { createRevocation } from './revocation.fixture.ts'
import type { Session } from './session.ts'
import { createSessions } from './sessions.ts'
import {
  createScene,
  createVisitor,
  type Fields,
  keyringOfSeeds,
  NAME,
  sealedToken,
  secretOf,
  START,
} from './visitor.fixture.ts'

const EVENT: SessionEvent = { type: 'cleared', cookie: NAME }

const emitterOf = (onEvent: EventListener): Emitter => createEmitter(NAME, onEvent, () => Promise.resolve(''))

describe('an event listener', () => {
  it('that throws is ignored', () => {
    const { emit } = emitterOf(() => {
      throw new Error('x')
    })
    expect(() => emit(EVENT)).not.toThrow()
  })

  it('that rejects is ignored: no rejection goes unhandled', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    emitterOf(() => Promise.reject(new Error('x')) as unknown as undefined).emit(EVENT)
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('that takes its time holds nothing up', () => {
    const { emit } = emitterOf(() => new Promise(() => undefined) as unknown as undefined)
    expect(emit(EVENT)).toBeUndefined()
  })
})

describe('diagnostics', () => {
  it('on Node go to the channel "encrypted-session"', () => {
    const heard: unknown[] = []
    const listener = (event: unknown): void => void heard.push(event)
    expect(nodeDiagnostics.hasSubscribers()).toBe(false)
    channel('encrypted-session').subscribe(listener)
    expect(nodeDiagnostics.hasSubscribers()).toBe(true)
    nodeDiagnostics.publish(EVENT)
    channel('encrypted-session').unsubscribe(listener)
    expect(heard).toEqual([EVENT])
  })

  it('elsewhere go nowhere', () => {
    webDiagnostics.publish(EVENT)
    expect(webDiagnostics.hasSubscribers()).toBe(false)
  })

  it('are the same events as the listener’s', async () => {
    const heard: unknown[] = []
    const listener = (event: unknown): void => void heard.push(event)
    channel('encrypted-session').subscribe(listener)
    const { events, visitor } = createScene()
    await visitor().visit((session) => (session.data['n'] = 1))
    channel('encrypted-session').unsubscribe(listener)
    expect(events).toHaveLength(1)
    expect(heard).toEqual(platformDiagnostics.hasSubscribers === nodeDiagnostics.hasSubscribers ? events : [])
  })
})

describe('the session reference', () => {
  const references = (events: readonly SessionEvent[]) =>
    events.flatMap((event) => ('session' in event ? [event.session] : []))

  it('is the same from request to request and server to server, and is not the id', async () => {
    const here = createScene()
    const there = createScene()
    const visitor = here.visitor()
    const { result: id } = await visitor.visit((session) => {
      session.data['n'] = 1
      return session.id
    })
    await visitor.visit()
    await there.visitor().visit(undefined, { headers: { cookie: visitor.header() } })
    const [reference] = references(here.events)
    expect(reference).toMatch(/^[\da-f]{16}$/u)
    expect(references([...here.events, ...there.events])).toEqual([reference, reference, reference])
    expect(id).not.toContain(reference!.slice(0, 8))
  })

  it('is what spec/session.md "Events" says', async () => {
    const { events, visitor } = createScene()
    const { result: id } = await visitor().visit((session) => {
      session.data['n'] = 1
      return session.id
    })
    const label = Buffer.from('encrypted-session/v1 events')
    const key = hkdfSync('sha256', secretOf(1), '', Buffer.concat([Uint8Array.of(0, label.length), label]), 32)
    const hmac = createHmac('sha256', new Uint8Array(key)).update(Buffer.from(id, 'hex')).digest('hex')
    expect(references(events)).toEqual([hmac.slice(0, 16)])
  })

  it('is another for another session', async () => {
    const { events, visitor } = createScene()
    await visitor().visit((session) => (session.data['n'] = 1))
    await visitor().visit((session) => (session.data['n'] = 1))
    expect(new Set(references(events)).size).toBe(2)
  })

  it('is worked out for nobody when nobody listens', async () => {
    const hmac = vi.spyOn(platformAead, 'hmac')
    const sessions = createSessions({ keyring: () => keyringOfSeeds(1), now: () => START })
    const visitor = createVisitor(sessions)
    await visitor.visit((session) => (session.data['n'] = 1))
    await visitor.visit()
    await visitor.visit((session) => session.destroy())
    expect(hmac).not.toHaveBeenCalled()
    hmac.mockRestore()
  })
})

describe('events', () => {
  it('never hold data, flash, a subject, an id, a key or a token', { timeout: 60_000 }, async () => {
    const secret = fc.stringMatching(/^[a-z]{12}$/u)
    const steps: readonly ((session: Session<Fields>, text: string) => unknown)[] = [
      (session, text) => (session.data[text] = text),
      (session, text) => session.flash.add(text, text),
      (session, text) => session.regenerate({ subject: text }),
      (session) => session.regenerate(),
      (session) => session.destroy(),
      (session) => (session.persistent = true),
      (session, text) => (session.data['big'] = text.repeat(1000)),
    ]
    await fc.assert(
      fc.asyncProperty(
        secret,
        fc.array(fc.tuple(fc.nat(steps.length - 1), fc.constantFrom(200, 500), fc.boolean()), {
          minLength: 1,
          maxLength: 6,
        }),
        async (text, visits) => {
          const clock = { now: START }
          const store = createRevocation(clock)
          const { events, visitor: newVisitor } = createScene({ revocation: store, onUnavailable: 'open' }, clock)
          const visitor = newVisitor()
          const seen = new Set<string>([text])
          for (const [step, status, failing] of visits) {
            store.failing = failing
            clock.now += 4000
            const { session } = await visitor.visit((own) => steps[step]!(own, text), { status })
            seen.add(session.id)
            for (const value of visitor.cookies.values()) seen.add(value.slice(10, 40))
          }
          await visitor.visit(undefined, {
            headers: { cookie: `${NAME}=${await sealedToken({ payload: `{"${text}":1` })}` },
          })
          const told = JSON.stringify(events, (_, value: unknown) => (value instanceof Error ? value.message : value))
          const secretText = Buffer.from(secretOf(1))
          for (const word of [
            ...seen,
            secretText.toString('base64url').slice(0, 20),
            secretText.toString('hex').slice(0, 20),
          ]) {
            expect(told).not.toContain(word)
          }
          expect(events.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 60 },
    )
  })
})
