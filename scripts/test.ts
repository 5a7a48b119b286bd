/** Builds, runs the tests of every package and app, and prints one total. For one: `pnpm --filter ./packages/core test`. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Where `vitest --reporter=json` leaves its report. */
const REPORT = '.vitest/json/output.json'

interface Task {
  readonly task: string
  readonly package: string
  readonly directory: string
  readonly command: string
}

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

interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const tasks = planned()
// A report of an earlier run must never be counted again.
for (const { directory } of tasks) rmSync(join(directory, REPORT), { force: true })

const run = spawnSync('turbo', ['run', 'test', '--continue=dependencies-successful'], { stdio: 'inherit' })

const counts = tasks.map(({ package: name, directory }) => {
  const counted = count(directory)
  console.log(`${name}: ${sentence(counted)}`)
  return counted
})
const total = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }
// A build that fails has no report to show it.
const unexplained = run.status !== 0 && total.failed === 0 ? 1 : 0
console.log(sentence({ ...total, failed: total.failed + unexplained }))
process.exitCode = total.failed + unexplained === 0 ? 0 : 1

/** The test tasks that turbo is about to run. */
function planned(): readonly Task[] {
  const dry = spawnSync('turbo', ['run', 'test', '--dry=json'], { encoding: 'utf8' })
  if (dry.status !== 0) throw new Error(`turbo could not plan the tests:\n${dry.stderr}`)
  // The shape is turbo's own, pinned with its version.
  const { tasks: all } = JSON.parse(dry.stdout) as { readonly tasks: readonly Task[] }
  return all.filter(({ task, command }) => task === 'test' && command !== '<NONEXISTENT>')
}

/** What a package's report says; no report is one failure, and so is a file that broke before its first test. */
function count(directory: string): Count {
  const report = read(join(directory, REPORT))
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

function read(path: string): Report | undefined {
  try {
    // The shape is vitest's own, pinned with its version.
    return JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch {
    return undefined
  }
}

function sum(field: keyof Count): number {
  return counts.reduce((so, each) => so + each[field], 0)
}

function sentence({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
