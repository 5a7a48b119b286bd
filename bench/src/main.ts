/** Measures everything side by side, writes results/ and the tables of README.md, and says which targets are met. */
import { findCounter } from './counter.ts'
import { countInstructions } from './instructions.ts'
import { report, writeReadme } from './report.ts'
import { countRequests, timeRequests } from './requests.ts'
import { writeResult } from './results.ts'
import { measureSizes } from './sizes.ts'
import { timeOperations } from './times.ts'

const begun = performance.now()

step('sizes')
writeResult('sizes', await measureSizes())
step('times of sealing and opening, in three processes')
writeResult('times', await timeOperations())
step('times of requests')
writeResult('requests', await timeRequests())

const counter = findCounter()
// Under valgrind a program runs fifty times slower: that is asked for, not imposed.
if (counter !== undefined && (counter.slowdown === 1 || process.argv.includes('--valgrind'))) {
  step(`instructions of sealing and opening, by ${counter.name}`)
  writeResult('instructions', await countInstructions(counter), counter.name)
  step('instructions of requests')
  writeResult('request-instructions', await countRequests(counter), counter.name)
} else {
  step(
    'instructions not counted: perf has no counters on this machine (with valgrind installed, --valgrind counts them, slowly)',
  )
}

const { markdown, targets } = report()
writeReadme(markdown)
console.log(`\n${markdown}\n`)
for (const { promise, measured, met } of targets) console.log(`${met ? 'met    ' : 'NOT MET'}  ${promise}: ${measured}`)
console.log(`${targets.filter(({ met }) => met).length} of ${targets.length} targets met`)
step('done')

function step(text: string): void {
  console.log(`[${((performance.now() - begun) / 1000).toFixed(0)} s] ${text}`)
}
