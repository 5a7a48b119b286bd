import { describe, expect, it } from 'vitest'
import { createClock } from './clock.ts'
import { createMemoryRevocation } from './memory-revocation.ts'

const START = 1_800_000_000
const session = { id: 'a'.repeat(32), subject: 'ada', createdAt: START }

describe('a revocation store in memory', () => {
  it('knows a session as alive until it is revoked', async () => {
    const store = createMemoryRevocation(createClock(START)).port
    expect(await store.check(session)).toBe('alive')
    await store.revoke({ kind: 'session', id: session.id, until: START + 100 })
    expect(await store.check(session)).toBe('revoked')
    expect(await store.check({ ...session, id: 'b'.repeat(32) })).toBe('alive')
  })

  it('lets a superseded id read for its grace, counted from the first time', async () => {
    const clock = createClock(START)
    const store = createMemoryRevocation(clock).port
    const target = { kind: 'superseded', id: session.id, by: 'b'.repeat(32), until: START + 100, grace: 10 } as const
    await store.revoke(target)
    clock.advance(9)
    expect(await store.check(session)).toBe('read-only')
    await store.revoke(target)
    clock.advance(1)
    expect(await store.check(session)).toBe('superseded')
  })

  it('revokes what a subject has had up to a minute ahead, and nobody else', async () => {
    const store = createMemoryRevocation(createClock(START)).port
    await store.revoke({ kind: 'subject', subject: 'ada' })
    expect(await store.cutoff('ada')).toBe(START + 60)
    expect(await store.check({ ...session, createdAt: START + 60 })).toBe('revoked')
    expect(await store.check({ ...session, createdAt: START + 61 })).toBe('alive')
    expect(await store.check({ ...session, subject: 'grace' })).toBe('alive')
    expect(await store.cutoff(undefined)).toBe(0)
  })

  it.each(['subject', 'all'] as const)(
    'revokes who has signed in since the last revocation too, when the next one, of %s, comes within the same second',
    async (kind) => {
      const store = createMemoryRevocation(createClock(START)).port
      await store.revoke({ kind: 'subject', subject: 'ada' })
      const later = { ...session, createdAt: (await store.cutoff('ada')) + 1 }
      expect(await store.check(later)).toBe('alive')
      await store.revoke(kind === 'all' ? { kind } : { kind, subject: 'ada' })
      expect(await store.check(later)).toBe('revoked')
    },
  )

  it('revokes everybody after as many subjects as there are', async () => {
    const store = createMemoryRevocation(createClock(START)).port
    for (let each = 0; each < 200_000; each++) await store.revoke({ kind: 'subject', subject: String(each) })
    await store.revoke({ kind: 'all' })
    expect(await store.cutoff(undefined)).toBe(START + 61)
  })

  it('revokes everybody, also those without a subject', async () => {
    const store = createMemoryRevocation(createClock(START)).port
    await store.revoke({ kind: 'all' })
    expect(await store.check({ id: session.id, createdAt: START })).toBe('revoked')
    expect(await store.cutoff('ada')).toBe(START + 60)
  })
})
