import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Plan, planCommit, type Situation } from './plan.ts'

const QUIET: Situation = {
  touched: true,
  failed: false,
  carried: true,
  origin: 'resumed',
  destroyed: false,
  regenerated: false,
  changed: false,
  empty: false,
  rekeyable: false,
  extendable: false,
}
const EVERYTHING: Situation = {
  ...QUIET,
  destroyed: true,
  regenerated: true,
  changed: true,
  rekeyable: true,
  extendable: true,
}

const KEEP: Plan = { kind: 'keep' }
const DROPPED: Plan = { kind: 'keep', dropped: true }
const CLEAR: Plan = { kind: 'clear' }
const write = (reason: 'changed' | 'regenerated' | 'rekeyed' | 'extended' | 'migrated'): Plan => ({
  kind: 'write',
  reason,
})

const FLAGS = [
  'touched',
  'failed',
  'carried',
  'destroyed',
  'regenerated',
  'changed',
  'empty',
  'rekeyable',
  'extendable',
] as const

/** The table of spec/session.md "Plan": the first row of which one line of conditions holds. */
const TABLE: readonly (readonly [situation: string, plan: Plan, ...conditions: readonly Partial<Situation>[]])[] = [
  ['not touched', KEEP, { touched: false }],
  ['failed, destroyed, cookie carried', CLEAR, { failed: true, destroyed: true, carried: true }],
  ['failed, destroyed', KEEP, { failed: true, destroyed: true }],
  ['failed, changed or regenerated', DROPPED, { failed: true, changed: true }, { failed: true, regenerated: true }],
  ['failed', KEEP, { failed: true }],
  [
    'destroyed, then changed or regenerated',
    write('regenerated'),
    { destroyed: true, changed: true },
    { destroyed: true, regenerated: true },
  ],
  ['destroyed, cookie carried', CLEAR, { destroyed: true, carried: true }],
  ['destroyed', KEEP, { destroyed: true }],
  ['regenerated', write('regenerated'), { regenerated: true }],
  ['resumed, changed, empty', CLEAR, { origin: 'resumed', changed: true, empty: true }],
  ['migrated', write('migrated'), { origin: 'migrated' }],
  ['changed', write('changed'), { changed: true }],
  ['rekeyable', write('rekeyed'), { rekeyable: true }],
  ['extendable', write('extended'), { extendable: true }],
  ['otherwise', KEEP, {}],
]

const situations: readonly Situation[] = (['fresh', 'resumed', 'migrated'] as const).flatMap((origin) =>
  Array.from({ length: 2 ** FLAGS.length }, (_, bits) => ({
    ...QUIET,
    ...Object.fromEntries(FLAGS.map((flag, index) => [flag, (bits & (1 << index)) !== 0])),
    origin,
  })),
)

const rowOf = (situation: Situation) =>
  TABLE.find(([, , ...lines]) =>
    lines.some((line) => Object.entries(line).every(([name, value]) => situation[name as keyof Situation] === value)),
  )!

describe('planCommit', () => {
  it('has the table that spec/session.md prints', async () => {
    const spec = await readFile(new URL('../../../../spec/session.md', import.meta.url), 'utf8')
    const printed = Array.from(spec.matchAll(/^\| \d+ \| .+ \| (.+) \|$/gmu), ([, plan]) => plan!.replaceAll('`', ''))
    const text = (plan: Plan) =>
      plan.kind === 'write'
        ? `write: ${plan.reason}`
        : plan.kind === 'keep' && plan.dropped
          ? 'keep, dropped'
          : plan.kind
    expect(printed).toEqual(TABLE.map(([, plan]) => text(plan)))
  })

  it.each(TABLE)('%s: the first row that fits decides', (_, plan, ...lines) => {
    for (const line of lines) expect(planCommit(Object.assign({}, QUIET, { carried: false }, line))).toEqual(plan)
  })

  it('gives in each of all 1,536 situations what the table says', () => {
    const wrong = situations.filter(
      (situation) => JSON.stringify(planCommit(situation)) !== JSON.stringify(rowOf(situation)[1]),
    )
    expect(situations).toHaveLength(1536)
    expect(wrong).toEqual([])
  })

  it('has no row that no situation reaches', () => {
    expect(new Set(situations.map(rowOf)).size).toBe(TABLE.length)
  })

  it('does not change its mind: a fresh session that is empty again is written, since only a session that was there can be cleared', () => {
    expect(planCommit({ ...QUIET, origin: 'fresh', changed: true, empty: true })).toEqual(write('changed'))
  })

  it('never clears by a read: what equals initial() but was not changed in this request is kept', () => {
    expect(planCommit({ ...QUIET, empty: true })).toEqual(KEEP)
  })

  it('gives exactly one plan, the same one every time, and keep whenever the session was not touched', () => {
    const situation = fc.record<Situation>({
      touched: fc.boolean(),
      failed: fc.boolean(),
      carried: fc.boolean(),
      origin: fc.constantFrom('fresh', 'resumed', 'migrated'),
      destroyed: fc.boolean(),
      regenerated: fc.boolean(),
      changed: fc.boolean(),
      empty: fc.boolean(),
      rekeyable: fc.boolean(),
      extendable: fc.boolean(),
    })
    fc.assert(
      fc.property(situation, (given) => {
        const plan = planCommit(Object.freeze(given))
        expect(['keep', 'write', 'clear']).toContain(plan.kind)
        expect(planCommit(given)).toEqual(plan)
        expect(planCommit({ ...given, touched: false })).toEqual(KEEP)
        expect(planCommit({ ...EVERYTHING, touched: false })).toEqual(KEEP)
      }),
    )
  })
})
