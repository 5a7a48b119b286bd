import { describeAnswers } from './answers.ts'
import { createBench, type DemoApp } from './bench.ts'
import { describeBreaking } from './breaking.ts'
import { describeLogoutEverywhere } from './logout-everywhere.ts'
import { describePageOverHttp } from './page-over-http.ts'
import { describeRefusals } from './refusals.ts'
import type { Runner } from './runner.ts'

/** Describes what a demo answers beyond what `describeSessionApp` asks of every app, and checks it over HTTP. */
export function describeDemoApp(app: DemoApp, runner: Runner): void {
  runner.describe('a demo', () => {
    const bench = createBench(app, runner)
    for (const describeGroup of [
      describeAnswers,
      describeRefusals,
      describeLogoutEverywhere,
      describePageOverHttp,
      describeBreaking,
    ]) {
      describeGroup(bench, runner)
    }
  })
}
