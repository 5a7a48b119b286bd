import { generateKey } from '@encrypted-session/core'
import { createClient, createMemoryRevocation, type SessionClient } from '@encrypted-session/testing'
import type { RunningApp, StartOptions } from '../running-app.ts'
import type { Runner } from './runner.ts'

/** The app that is tested. */
export interface DemoApp {
  /** Called once for each kind of server, with `keys`, and with `secure: true` or a `revocation` in memory. */
  readonly start: (options: StartOptions) => Promise<RunningApp>
  /** `own`: its framework renders the page, with scripts of its own, and cannot write the session while it does. Default `shared`. */
  readonly template?: 'shared' | 'own'
}

/** What a test asks of a server. */
export type ServerKind = 'plain' | 'revocation' | 'secure'

/** Servers for the tests of one suite: one of each kind, started when first asked for, since some frameworks take their time. */
export interface Bench {
  readonly template: 'shared' | 'own'
  readonly serve: (kind?: ServerKind) => Promise<RunningApp>
  /** A new visitor. */
  readonly visit: (kind?: ServerKind) => Promise<Visitor>
}

/** A client with cookies of its own, and where the server is. */
type Visitor = SessionClient & { readonly url: string }

/** A bench that is closed after all tests. */
export function createBench({ start, template = 'shared' }: DemoApp, { afterAll }: Pick<Runner, 'afterAll'>): Bench {
  const running = new Map<ServerKind, Promise<RunningApp>>()
  const keys = generateKey()
  const begin = async (kind: ServerKind): Promise<RunningApp> =>
    start({
      keys: await keys,
      ...(kind === 'secure' && { secure: true }),
      ...(kind === 'revocation' && { revocation: createMemoryRevocation() }),
    })
  const serve = (kind: ServerKind = 'plain'): Promise<RunningApp> => {
    const app = running.get(kind) ?? begin(kind)
    running.set(kind, app)
    return app
  }
  afterAll(async () => {
    const apps = await Promise.allSettled(running.values())
    await Promise.all(apps.map(async (app) => app.status === 'fulfilled' && app.value.close()))
  })
  return {
    template,
    serve,
    async visit(kind) {
      const { url } = await serve(kind)
      return Object.assign(createClient(url), { url })
    },
  }
}

/** A body as a form sends it. */
export function form(fields: Readonly<Record<string, string>> = {}): URLSearchParams {
  return new URLSearchParams(fields)
}

/** What a page says, without its markup. */
export function wordsOf(markup: string): string {
  return markup.replaceAll(/<!--[^>]*-->/gu, '').replaceAll(/<[^>]*>/gu, '')
}
