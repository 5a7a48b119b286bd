import type { SessionApp, SuiteRunner } from './app.ts'
import { type Bench, createBench } from './bench.ts'
import { type CheckGroup, missing } from './check.ts'
import { anonymous } from './checks/anonymous.ts'
import { badCookies } from './checks/bad-cookies.ts'
import { caching } from './checks/caching.ts'
import { chunks } from './checks/chunks.ts'
import { concurrency } from './checks/concurrency.ts'
import { keys } from './checks/keys.ts'
import { login } from './checks/login.ts'
import { responses } from './checks/responses.ts'
import { revocation } from './checks/revocation.ts'
import { time } from './checks/time.ts'
import { transport } from './checks/transport.ts'

/** What every adapter meets, in the order in which a reader wants to learn it. */
const GROUPS: readonly CheckGroup[] = [
  anonymous,
  login,
  badCookies,
  keys,
  chunks,
  responses,
  concurrency,
  transport,
  caching,
  time,
  revocation,
]

/**
 * Describes everything that an app with EncryptedSession must do, whatever its framework, and checks it over real HTTP.
 * The app serves the routes that the README of this package lists; `runner` is your test framework.
 *
 * @example
 * ```ts
 * import { afterAll, describe, it } from 'vitest'
 *
 * describeSessionApp({ start, features: { events: true } }, { afterAll, describe, it })
 * ```
 */
export function describeSessionApp(app: SessionApp, { describe, it, afterAll }: SuiteRunner): void {
  let bench: Promise<Bench> | undefined
  for (const { title, checks } of GROUPS) {
    describe(title, () => {
      for (const check of checks) {
        const lacking = missing(check, app.features ?? {})
        const run = async (): Promise<void> => {
          bench ??= createBench(app)
          await check.run(await bench)
        }
        if (lacking.length === 0) it(check.name, run)
        else it.skip(`${check.name} (needs ${lacking.join(', ')})`, run)
      }
    })
  }
  afterAll(async () => {
    await (await bench)?.close()
  })
}
