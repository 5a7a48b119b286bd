import { AssertionError } from 'node:assert/strict'
import { afterAll, assert, describe, expect, it } from 'vitest'
import { collectChecks } from './collected-checks.ts'
import { FAULTS } from './faults.ts'
import { FEATURES } from './features.ts'
import { FINDINGS } from './findings.ts'
import { startReferenceApp } from './reference-app.ts'

describe.each(Object.entries(FAULTS))('an app that %s', (what, faults) => {
  const suite = collectChecks({ start: (options) => startReferenceApp(options, faults), features: FEATURES })
  afterAll(() => suite.close())

  it.each(FINDINGS[what] ?? ['a finding'])('is found by: %s', async (name) => {
    const check = suite.checks.get(name)
    assert(check !== undefined)
    await expect(check()).rejects.toThrow(AssertionError)
  })
})

describe('the suite', () => {
  const suite = collectChecks({ start: (options) => startReferenceApp(options), features: FEATURES })

  it('has no check that no fault can break', () => {
    expect(Object.values(FINDINGS).flat().toSorted()).toEqual(expect.arrayContaining([...suite.checks.keys()]))
  })

  it('skips what an app does not offer, and says what that is', () => {
    const plain = collectChecks({ start: (options) => startReferenceApp(options) })
    expect(plain.checks.size + plain.skipped.length).toBe(suite.checks.size)
    expect(plain.skipped).toContain('304 carries what the handler changed (needs /test/not-modified)')
  })
})
