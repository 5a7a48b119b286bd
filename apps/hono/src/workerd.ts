import { readEnvironment } from '@encrypted-session/demo'
import { createMemoryRevocation } from '@encrypted-session/testing'
import { Miniflare } from 'miniflare'
import { bundleWorker } from './bundle-worker.ts'

// A setting that is wrong is told here and not at the first request.
const { host, port } = readEnvironment(process.env, createMemoryRevocation)
const settings = Object.entries(process.env).filter(([name]) => /^(?:SESSION_|REVOCATION$|REDIS_URL$)/u.test(name))

const worker = new Miniflare({
  host,
  port,
  modules: true,
  script: await bundleWorker(`${import.meta.dirname}/worker.ts`),
  compatibilityDate: '2026-07-30',
  // For AsyncLocalStorage in the log of events; the library itself needs nothing of Node.
  compatibilityFlags: ['nodejs_compat'],
  bindings: Object.fromEntries(settings),
})
console.log(`listening on ${(await worker.ready).origin}`)

let ending: Promise<void> | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Miniflare has a listener of its own, which ends this process as one that was killed.
  process.removeAllListeners(signal)
  process.on(signal, () => {
    ending ??= worker.dispose()
  })
}
