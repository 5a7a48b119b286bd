import { nodeOptions } from './node-options.ts'
import { portTaken } from './port-taken.ts'
import type { RunningApp, StartOptions } from './running-app.ts'

/** The whole program of a demo on Node: starts it as the environment says, prints where it listens, ends it on SIGINT and SIGTERM. */
export async function runDemo(start: (options: StartOptions) => Promise<RunningApp>): Promise<void> {
  await runProgram(async () => start(await nodeOptions()))
}

/** The same for a demo that reads the environment itself. */
export async function runProgram(begin: () => Promise<RunningApp>): Promise<void> {
  const app = await begin().catch((error: unknown) => {
    const line = portTaken(error)
    if (line === undefined) throw error
    console.error(line)
    process.exit(1)
  })
  console.log(`listening on ${app.url}`)

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void app.close())
  }
}
