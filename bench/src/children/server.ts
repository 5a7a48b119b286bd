/** A child process: one server, bare or with a session library, and what its own process has used so far. */
import { hostname } from 'node:os'
import type { Framework, Variant } from '../frameworks.ts'

/** What the child is asked: to be counted from here on, or how much CPU time it has used, in microseconds. */
export type Question = { readonly type: 'mark' } | { readonly type: 'usage' }

// The cast trusts whoever starts this process.
const [framework, variant] = process.argv.slice(2) as [Framework['name'], Variant]
const port = await start()

process.on('message', ({ type }: Question) => {
  if (type === 'mark') hostname()
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.on('disconnect', () => process.exit())
process.send?.(port)

/** Only what this server needs is loaded. */
async function start(): Promise<number> {
  switch (framework) {
    case 'Fastify':
      return (await import('../servers/fastify.ts')).startFastify(variant)
    case 'Koa':
      return (await import('../servers/koa.ts')).startKoa(variant)
    case 'Hono':
      return (await import('../servers/hono.ts')).startHono(variant)
  }
}
