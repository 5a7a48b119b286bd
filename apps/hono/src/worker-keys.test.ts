import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { generateKey } from '@encrypted-session/core'
import { Miniflare } from 'miniflare'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { bundleWorker } from './bundle-worker.ts'
import type { KeyringName } from './remote/keys-worker.ts'

/** Longer than any handler here, as a secret manager is. */
const LOAD_MS = 300
/** Less than the 10 seconds after which a load is given up. */
const SOON_MS = 8000
/** As `remote/keys-worker.ts` has it. */
const REFRESH_EVERY_MS = 3000

let script: string
beforeAll(async () => {
  script = await bundleWorker(`${import.meta.dirname}/remote/keys-worker.ts`)
})

/** A Worker, and where its keys come from. */
interface Scene {
  /** What the source answers. */
  keys: string
  /** How often it was asked. */
  asked: number
  /** The key that seals the cookie of one more visit. */
  visit(within?: number): Promise<string>
  leave(): Promise<unknown>
}

async function sceneOf(keyring: KeyringName): Promise<Scene> {
  const source = createServer((_, response) => {
    scene.asked++
    setTimeout(() => response.end(scene.keys), LOAD_MS)
  })
  const port = await listening(source)
  const worker = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-30',
    bindings: { SOURCE: `http://127.0.0.1:${port}/`, KEYRING: keyring },
  })
  onTestFinished(async () => {
    await worker.dispose()
    source.close()
  })
  const url = await worker.ready
  let cookie = ''
  const scene: Scene = {
    keys: await generateKey(),
    asked: 0,
    async visit(within = SOON_MS) {
      const answer = await fetch(new URL('visit', url), { headers: { cookie }, signal: AbortSignal.timeout(within) })
      expect(answer.status).toBe(200)
      await answer.arrayBuffer()
      cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
      // spec/token.md "Envelope": bytes 1 to 4 of the token.
      return Buffer.from(cookie.split('=')[1] ?? '', 'base64url').toString('hex', 1, 5)
    },
    leave: async () => (await fetch(new URL('leave', url))).text(),
  }
  return scene
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    // The cast: a server that listens on a port has such an address.
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port)
    })
  })
}

describe.concurrent('keys that a Worker loads', () => {
  it('beside a request are dropped with it, and a later request waits for a load of its own', async () => {
    const scene = await sceneOf('loaded')
    const first = await scene.visit()
    await pause(REFRESH_EVERY_MS)
    scene.keys = `${await generateKey()} ${scene.keys}`
    // Their time has come: this visit has them loaded, and is over before they are there.
    expect(await scene.visit()).toBe(first)
    await pause(REFRESH_EVERY_MS)
    // Now it is more than due.
    expect(await scene.visit()).not.toBe(first)
  })

  it('are there for the next request where waitUntil keeps the load alive', async () => {
    const scene = await sceneOf('kept')
    const first = await scene.visit()
    await pause(REFRESH_EVERY_MS)
    scene.keys = `${await generateKey()} ${scene.keys}`
    expect(await scene.visit()).toBe(first)
    await pause(1500)
    const asked = scene.asked
    expect(await scene.visit()).not.toBe(first)
    expect(asked).toBe(2)
  })

  it('for the first time are loaded anew when the request that began it is over: others wait 10 seconds, and not for ever', async () => {
    const scene = await sceneOf('function')
    await scene.leave()
    await expect(scene.visit(25_000)).resolves.toMatch(/^[\da-f]{8}$/u)
    expect(scene.asked).toBe(2)
  })
})
