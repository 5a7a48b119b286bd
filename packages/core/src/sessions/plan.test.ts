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
  ['not touched', 'keep', { touched: false }],
  ['failed, destroyed, cookie carried', 'clear', { failed: true, destroyed: true, carried: true }],
  ['failed, destroyed', 'keep', { failed: true, destroyed: true }],
  ['failed, changed or regenerated', 'drop', { failed: true, changed: true }, { failed: true, regenerated: true }],
  ['failed', 'keep', { failed: true }],
  [
    'destroyed, then changed or regenerated',
    'regenerated',
    { destroyed: true, changed: true },
    { destroyed: true, regenerated: true },
  ],
  ['destroyed, cookie carried', 'clear', { destroyed: true, carried: true }],
  ['destroyed', 'keep', { destroyed: true }],
  ['regenerated', 'regenerated', { regenerated: true }],
  ['resumed, changed, empty', 'clear', { origin: 'resumed', changed: true, empty: true }],
  ['migrated', 'migrated', { origin: 'migrated' }],
  ['changed', 'changed', { changed: true }],
  ['rekeyable', 'rekeyed', { rekeyable: true }],
  ['extendable', 'extended', { extendable: true }],
  ['otherwise', 'keep', {}],
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
    const texts: Partial<Record<Plan, string>> = { keep: 'keep', drop: 'keep, dropped', clear: 'clear' }
    expect(printed).toEqual(TABLE.map(([, plan]) => texts[plan] ?? `write: ${plan}`))
  })

  it.each(TABLE)('%s: the first row that fits decides', (_, plan, ...lines) => {
    for (const line of lines) expect(planCommit(Object.assign({}, QUIET, { carried: false }, line))).toEqual(plan)
  })

  it('gives in each of all 1,536 situations what the table says', () => {
    const wrong = situations.filter((situation) => planCommit(situation) !== rowOf(situation)[1])
    expect(situations).toHaveLength(1536)
    expect(wrong).toEqual([])
  })

  it('has no row that no situation reaches', () => {
    expect(new Set(situations.map(rowOf)).size).toBe(TABLE.length)
  })

  it('does not change its mind: a fresh session that is empty again is written, since only a session that was there can be cleared', () => {
    expect(planCommit({ ...QUIET, origin: 'fresh', changed: true, empty: true })).toEqual('changed')
  })

  it('never clears by a read: what equals initial() but was not changed in this request is kept', () => {
    expect(planCommit({ ...QUIET, empty: true })).toEqual('keep')
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
        expect(TABLE.map(([, each]) => each)).toContain(plan)
        expect(planCommit(given)).toEqual(plan)
        expect(planCommit({ ...given, touched: false })).toEqual('keep')
        expect(planCommit({ ...EVERYTHING, touched: false })).toEqual('keep')
      }),
    )
  })
})
