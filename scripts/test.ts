/** Builds, runs the tests of every package and app, and prints one total. For one: `pnpm --filter ./packages/core test`. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { countIn, sentence, sum } from './vitest-report.ts'

/** Where `vitest --reporter=json` leaves its report. */
const REPORT = '.vitest/json/output.json'

interface Task {
  readonly task: string
  readonly package: string
  readonly directory: string
  readonly command: string
}

const tasks = planned()
// A report of an earlier run must never be counted again.
for (const { directory } of tasks) rmSync(join(directory, REPORT), { force: true })

// As many at once as there are cores: each starts servers, browsers and other runtimes of its own.
const run = spawnSync('turbo', ['run', 'test', '--continue=dependencies-successful', '--concurrency=100%'], {
  stdio: 'inherit',
})

const counts = tasks.map(({ package: name, directory }) => {
  const counted = countIn(join(directory, REPORT))
  console.log(`${name}: ${sentence(counted)}`)
  return counted
})
const total = sum(counts)
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
