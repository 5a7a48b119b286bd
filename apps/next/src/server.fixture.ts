import { generateKey } from '@encrypted-session/core'
import type { RunningApp } from '@encrypted-session/demo'
import { createClient, type SessionClient } from '@encrypted-session/testing'
import { afterAll, beforeAll } from 'vitest'
import { dueToken } from './due-token.fixture.ts'
import { start } from './start.ts'

/** A server for the tests of one file. */
export interface TestServer {
  readonly url: string
  /** Somebody new. */
  visitor(): SessionClient
  /** Somebody who has signed in a minute and a half ago: it is time to extend his session. */
  dueVisitor(): Promise<SessionClient>
}

const keys = await generateKey()

/** Starts the app before the tests of a file, and ends it after them. */
export function useServer(options: Parameters<typeof start>[0] = {}): TestServer {
  let app: RunningApp | undefined
  beforeAll(async () => {
    app = await start({ keys, absolute: 7200, idle: 600, extendAfter: 60, testRoutes: true, ...options })
  })
  afterAll(() => app?.close())
  const url = (): string => {
    if (app === undefined) throw new Error('The server has not begun.')
    return app.url
  }
  return {
    get url() {
      return url()
    },
    visitor: () => createClient(url()),
    async dueVisitor() {
      const client = createClient(url())
      client.cookies.set(new URL(url()), 'session', await dueToken(keys))
      return client
    },
  }
}
