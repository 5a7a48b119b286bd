import type { Revocation, SessionEvent } from '@encrypted-session/core'
import { afterAll, describe, it } from 'vitest'
import { createMemoryRevocation } from '../memory-revocation.ts'
import type { RunningApp, StartOptions } from './app.ts'
import { describeSessionApp } from './describe-session-app.ts'
import { FEATURES } from './features.ts'
import { startFetchApp } from './fetch-app.fixture.ts'
import { startNodeApp } from './node-app.fixture.ts'
import { startReferenceApp } from './reference-app.ts'

describe('a server on node:http and core alone', () => {
  describeSessionApp({ start: (options) => startReferenceApp(options), features: FEATURES }, { afterAll, describe, it })
})

describe('a server on node:http and core/node', () => {
  describeSessionApp({ start: startNodeApp, features: FEATURES }, { afterAll, describe, it })
})

describe('a function of Request and Response with core/fetch', () => {
  describeSessionApp({ start: startFetchApp, features: FEATURES }, { afterAll, describe, it })
})

describe('a server that takes no objects, as one in another process', () => {
  const stores = new Map<string, Revocation>()

  async function start({ revocation, onEvent: _onEvent, ...options }: StartOptions): Promise<RunningApp> {
    const events: SessionEvent[] = []
    const store = stores.get(options.keys) ?? createMemoryRevocation()
    stores.set(options.keys, store)
    const app = await startReferenceApp({
      ...options,
      ...(revocation === 'own' && { revocation: store }),
      onEvent: (event) => events.push(event),
    })
    return { ...app, events: () => events }
  }

  // What such a server does not offer is skipped; faults.test.ts sees to it that this is said.
  const offered = Object.assign((name: string, body: () => Promise<void>) => it(name, body), { skip: () => undefined })
  describeSessionApp({ start, features: { revocation: 'own', events: true } }, { afterAll, describe, it: offered })
})
