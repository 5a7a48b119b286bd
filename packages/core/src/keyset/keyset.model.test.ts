import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { createKey } from '../seal/key.ts'
import { findKey, sealingKey } from '../seal/keyring.ts'
import { addKey, createKeyset, demoteKey, promoteKey, retireKeys, revokeKey, rotateKeys } from './change-keyset.ts'
import { formatKeyset } from './format-keyset.ts'
import { NOW, secretOf } from './keyset-file.fixture.ts'
import { type Keyset, keySetOfKeyset, sealingKeyOf, settledKeyset } from './keyset.ts'
import { parseKeyset } from './parse-keyset.ts'

/** One thing that an operator does. Keys have numbers; 0 is the one that the keyset was created with. */
type Step =
  | { readonly kind: 'add'; readonly key: number; readonly status: 'primary' | 'active' }
  | { readonly kind: 'promote' | 'demote' | 'revoke'; readonly key: number }
  | { readonly kind: 'rotate'; readonly key: number; readonly propagate: Seconds }
  | { readonly kind: 'retire'; readonly olderThan: Seconds }

/** A step, how long it is since the last one, and whether the keyset went through its file meanwhile. */
interface Turn {
  readonly step: Step
  readonly wait: Seconds
  readonly through: 'memory' | 'file'
}

const KEYS = 6
const ids = await Promise.all(
  Array.from({ length: KEYS }, async (_, number) => (await createKey(secretOf(number), 'active')).id),
)

const key = fc.nat(KEYS - 1)
const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ kind: fc.constant('add' as const), key, status: fc.constantFrom('primary', 'active') }),
  fc.record({ kind: fc.constantFrom('promote', 'promote', 'demote', 'revoke'), key }),
  fc.record({ kind: fc.constant('rotate' as const), key, propagate: fc.constantFrom(0, 1, 10, 600) }),
  fc.record({ kind: fc.constant('retire' as const), olderThan: fc.constantFrom(0, 1, 600, 1000) }),
)
const turn = fc.record<Turn>({
  step,
  wait: fc.constantFrom(0, 0, 1, 9, 10, 590, 600, 1000),
  through: fc.constantFrom('memory', 'file'),
})

/**
 * The rules of spec/keyset.md once more, told as a calendar: who seals from when on. It knows no status and settles nothing.
 * A step that is refused answers false, and nothing has changed.
 */
class Reference {
  now = NOW
  /** In order of time; of one time, the later one counts. What has passed stays. */
  readonly calendar: { readonly from: Seconds; readonly key: number }[] = [{ from: NOW, key: 0 }]
  readonly bornAt = new Map<number, Seconds>([[0, NOW]])
  readonly closed = new Set<number>()
  /** When a key was last opened again, or told not to seal after all. */
  readonly resumedAt = new Map<number, Seconds>()
  readonly revoked = new Set<number>()

  sealing(at: Seconds): number {
    return this.calendar.findLast(({ from }) => from <= at)?.key ?? -1
  }

  opening(): ReadonlySet<number> {
    return new Set([...this.bornAt.keys()].filter((each) => !this.closed.has(each) && !this.revoked.has(each)))
  }

  do(each: Step): boolean {
    switch (each.kind) {
      case 'add':
        return this.isNew(each.key) && this.bear(each.key, each.status === 'primary' ? this.now : undefined)
      case 'rotate':
        return this.isNew(each.key) && this.pending() === undefined && this.bear(each.key, this.now + each.propagate)
      case 'retire':
        for (const old of this.opening()) {
          if (this.isIdle(old) && this.lastUse(old) + each.olderThan <= this.now) this.closed.add(old)
        }
        return true
      case 'promote':
        if (!this.isThere(each.key) || this.sealing(this.now) === each.key) return false
        if (this.closed.delete(each.key)) return this.resume(each.key)
        this.callOff(each.key)
        this.schedule(each.key, this.now)
        return true
      case 'demote':
        if (!this.isThere(each.key) || this.sealing(this.now) === each.key || this.closed.has(each.key)) return false
        if (this.callOff(each.key)) return this.resume(each.key)
        this.closed.add(each.key)
        return true
      case 'revoke':
        if (!this.isThere(each.key) || this.sealing(this.now) === each.key) return false
        this.callOff(each.key)
        this.revoked.add(each.key)
        return true
      default:
        return each
    }
  }

  private isNew(number: number): boolean {
    return !this.bornAt.has(number)
  }

  private isThere(number: number): boolean {
    return this.bornAt.has(number) && !this.revoked.has(number)
  }

  private bear(number: number, from: Seconds | undefined): true {
    this.bornAt.set(number, this.now)
    if (from !== undefined) this.schedule(number, from)
    return true
  }

  private resume(number: number): true {
    this.resumedAt.set(number, this.now)
    return true
  }

  private schedule(number: number, from: Seconds): void {
    const at = this.calendar.findLastIndex((entry) => entry.from <= from)
    this.calendar.splice(at + 1, 0, { from, key: number })
  }

  private pending(): number | undefined {
    return this.calendar.find(({ from }) => from > this.now)?.key
  }

  private callOff(number: number): boolean {
    if (this.pending() !== number) return false
    this.calendar.pop()
    return true
  }

  private isIdle(number: number): boolean {
    return this.sealing(this.now) !== number && this.pending() !== number
  }

  /** When its last turn ended, or when it was made if it never had one; or when it was resumed, if that is later. */
  private lastUse(number: number): Seconds {
    const last = this.calendar.findLastIndex((entry) => entry.key === number)
    const used = (last === -1 ? this.bornAt.get(number) : this.calendar[last + 1]?.from) ?? Number.NaN
    return Math.max(used, this.resumedAt.get(number) ?? used)
  }
}

describe('a keyset', () => {
  it(
    'seals and opens as the rules say, whatever operators do, at every moment, from its file as well',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(turn, { maxLength: 25 }), async (turns) => {
          const reference = new Reference()
          let keyset = await createKeyset(secretOf(0), NOW)
          for (const { step: each, wait, through } of turns) {
            reference.now += wait
            const { now } = reference
            if (through === 'file') keyset = await parseKeyset(await formatKeyset(keyset), now)
            const before = seen(keyset, now)
            const after = await changed(keyset, each, now)
            expect(after !== undefined).toBe(reference.do(each))
            // A refusal has changed nothing.
            if (after === undefined) expect(seen(keyset, now)).toStrictEqual(before)
            else expect(after.revision - keyset.revision).toBe(after === keyset ? 0 : 1)
            keyset = after ?? keyset
            expect(seen(keyset, now)).toStrictEqual(expected(reference))
            expect(seen(await parseKeyset(await formatKeyset(keyset), now), now)).toStrictEqual(expected(reference))
            expect(seen(settledKeyset(keyset, now), now)).toStrictEqual(expected(reference))
          }
        }),
        { numRuns: 300 },
      )
    },
  )
})

/** From now on: before a rotation, at its very second, after it. */
const MOMENTS: readonly Seconds[] = [0, 1, 9, 10, 599, 600, 5000]

/** What sealers make of a keyset. */
interface Seen {
  readonly sealing: readonly (string | undefined)[]
  readonly opening: readonly string[]
  readonly retired: readonly string[]
}

function seen(keyset: Keyset, now: Seconds): Seen {
  const keySet = keySetOfKeyset(keyset)
  const sealing = MOMENTS.map((later) => sealingKey(keySet, now + later).id)
  expect(MOMENTS.map((later) => sealingKeyOf(keyset, now + later).key.id)).toStrictEqual(sealing)
  const found = ids.map((id) => findKey(keySet, id))
  return {
    sealing,
    opening: ids.filter((_, number) => !(found[number] instanceof Rejection)),
    retired: ids.filter((_, number) => {
      const each = found[number]
      return each instanceof Rejection && each.reason === 'retired-key'
    }),
  }
}

function expected(reference: Reference): Seen {
  const opening = reference.opening()
  return {
    sealing: MOMENTS.map((later) => ids[reference.sealing(reference.now + later)]),
    opening: ids.filter((_, number) => opening.has(number)),
    retired: ids.filter((_, number) => reference.closed.has(number) || reference.revoked.has(number)),
  }
}

/** The keyset after a step, or `undefined` when it was refused. */
async function changed(keyset: Keyset, each: Step, now: Seconds): Promise<Keyset | undefined> {
  try {
    return await apply(keyset, each, now)
  } catch (error) {
    expect(error).toMatchObject({ name: 'SessionError', code: 'ERR_KEYSET_INVALID' })
    return undefined
  }
}

async function apply(keyset: Keyset, each: Step, now: Seconds): Promise<Keyset> {
  switch (each.kind) {
    case 'add':
      return addKey(keyset, secretOf(each.key), each.status, now)
    case 'rotate':
      return rotateKeys(keyset, secretOf(each.key), { propagate: each.propagate }, now)
    case 'retire':
      return retireKeys(keyset, each.olderThan, now)
    case 'promote':
      return promoteKey(keyset, ids[each.key] ?? '', now)
    case 'demote':
      return demoteKey(keyset, ids[each.key] ?? '', now)
    case 'revoke':
      return revokeKey(keyset, ids[each.key] ?? '', now)
    default:
      return each
  }
}
