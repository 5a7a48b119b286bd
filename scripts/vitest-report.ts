import { readFileSync } from 'node:fs'

/** How many tests ended how. */
export interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** What vitest writes for `--reporter=json`. */
interface Report {
  readonly success: boolean
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** What a report says; no report is one failure, and so is a file that broke before its first test. */
export function countIn(path: string): Count {
  const report = read(path)
  if (!report) return { passed: 0, failed: 1, skipped: 0 }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length
  const failed = report.numFailedTests + broken
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** All of them together. */
export function sum(counts: readonly Count[]): Count {
  const total = (field: keyof Count): number => counts.reduce((so, each) => so + each[field], 0)
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') }
}

/** The form in which `.ci/run` finds a total. */
export function sentence({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function read(path: string): Report | undefined {
  try {
    // The shape is vitest's own, pinned with its version.
    return JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch {
    return undefined
  }
}
