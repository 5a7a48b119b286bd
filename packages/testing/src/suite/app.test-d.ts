import * as nodeTest from 'node:test'
import { createSessions, type Keyring, parseKeyring, type Sessions } from '@encrypted-session/core'
import { afterAll, describe, expectTypeOf, it, test } from 'vitest'
import { sealSession } from '../seal-session.ts'
import type { describeSessionApp } from './describe-session-app.ts'
import type { SessionApp, SuiteRunner } from './app.ts'

test('the functions of Vitest and of node:test run the suite', () => {
  expectTypeOf({ afterAll, describe, it }).toExtend<SuiteRunner>()
  expectTypeOf({ afterAll: nodeTest.after, describe: nodeTest.describe, it: nodeTest.it }).toExtend<SuiteRunner>()
  expectTypeOf({ describe, it }).not.toExtend<SuiteRunner>()
})

test('an app need not say what it can do', () => {
  expectTypeOf<Pick<SessionApp, 'start'>>().toExtend<Parameters<typeof describeSessionApp>[0]>()
})

test('a sealed session holds data of the type of its sessions', () => {
  const keyring = (): Promise<Keyring> => parseKeyring(undefined)
  const sessions: Sessions<{ cart: string[] }> = createSessions({ keyring, initial: () => ({ cart: [] as string[] }) })
  expectTypeOf(sealSession(sessions, { data: { cart: ['tea'] } })).resolves.toHaveProperty('cookieHeader')
  // @ts-expect-error a cart holds texts
  void sealSession(sessions, { data: { cart: [1] } })
  // @ts-expect-error data is whole or not given
  void sealSession(sessions, { data: {} })
})
