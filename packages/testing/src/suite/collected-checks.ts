import type { SessionApp } from './app.ts'
import { describeSessionApp } from './describe-session-app.ts'

/** The checks of the suite as a list, for tests that run some of them. */
export interface CollectedChecks {
  readonly checks: ReadonlyMap<string, () => Promise<void>>
  readonly skipped: readonly string[]
  close(): Promise<void>
}

/** Describes an app to a runner that only takes notes. */
export function collectChecks(app: SessionApp): CollectedChecks {
  const checks = new Map<string, () => Promise<void>>()
  const skipped: string[] = []
  const endings: (() => Promise<void>)[] = []
  const it = Object.assign((name: string, body: () => Promise<void>) => void checks.set(name, body), {
    skip: (name: string) => void skipped.push(name),
  })
  const describe = (_name: string, body: () => void): void => {
    body()
  }
  describeSessionApp(app, { describe, it, afterAll: (body) => void endings.push(body) })
  return {
    checks,
    skipped,
    async close() {
      for (const end of endings) await end()
    },
  }
}
