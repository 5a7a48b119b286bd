import { generateKey, parseKeyring } from '@encrypted-session/core'
import { type Environment, readEnvironment } from '@encrypted-session/demo'
import { createMemoryRevocation } from '@encrypted-session/testing'
import type { Hono } from 'hono'
import { createApp } from './app.ts'
import type { DemoEnv } from './env.ts'

let app: Hono<DemoEnv> | undefined

export default {
  fetch(request: Request, environment: Environment, context: object): Response | Promise<Response> {
    // Not when the module loads: a Worker has its settings, and random bytes for a key, only in a request.
    app ??= createWorkerApp(environment)
    // The cast is what Hono's own documentation of Workers leaves to their types.
    return app.fetch(request, environment, context as Parameters<typeof app.fetch>[2])
  },
}

function createWorkerApp(environment: Environment): Hono<DemoEnv> {
  const { SESSION_KEYS } = environment
  const keys = SESSION_KEYS === '' ? undefined : SESSION_KEYS
  return createApp({
    ...readEnvironment(environment, createMemoryRevocation),
    // For a demo only: with a key of its own, every Worker is a stranger to the cookies of the others.
    keyring: async () => parseKeyring(keys ?? (await generateKey())),
    hasTemporaryKey: keys === undefined,
  })
}
