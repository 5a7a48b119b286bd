import { createReadStream } from 'node:fs'
import { linesOf } from '../input.ts'
import type { World } from '../world.ts'

/** The lines of log files, one file after the other; `-` and no file mean stdin. Throws which file cannot be read. */
export async function* logLines(logs: readonly string[], { stdin }: Pick<World, 'stdin'>): AsyncGenerator<string> {
  for (const log of logs.length === 0 ? ['-'] : logs) {
    if (log === '-') yield* linesOf(stdin)
    else yield* linesOf(readable(log))
  }
}

async function* readable(log: string): AsyncGenerator<string | Uint8Array> {
  try {
    // The cast says what a stream without an encoding gives.
    for await (const chunk of createReadStream(log)) yield chunk as Uint8Array
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw Object.assign(new Error(`The log ${log} cannot be read: ${error.message}`), { code: error.code })
  }
}
