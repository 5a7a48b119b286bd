import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Environment, RunningApp } from '@encrypted-session/demo'

/** The program of Next. */
export const NEXT: string = createRequire(import.meta.url).resolve('next/dist/bin/next')
const APP = fileURLToPath(new URL('..', import.meta.url))

/**
 * Runs `next start` in a process of its own with these variables of the environment, and shows what it prints once it listens,
 * or hides it. Rejects when it ends before that.
 */
export async function startNext(
  environment: Environment,
  output: 'shown' | 'hidden',
  directory = APP,
): Promise<RunningApp> {
  const { HOST = '127.0.0.1', PORT = '3000' } = environment
  const next = spawn(process.execPath, [NEXT, 'start', '--hostname', HOST, '--port', PORT], {
    cwd: directory,
    env: { ...environment, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', NEXT_MANUAL_SIG_HANDLE: 'true' },
    // The channel says when this process ends, however that happens: nobody is left who listens.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // The types know no list of four.
  }) as Next
  const complaints: string[] = []
  const complain = (text: string): void => void complaints.push(text)
  next.stderr.setEncoding('utf8').on('data', complain)
  const url = await listening(next)
  if (url === undefined) throw whyEnded(complaints.join(''), Number(PORT))
  next.stderr.off('data', complain)
  for (const name of ['stdout', 'stderr'] as const) {
    if (output === 'shown') next[name].pipe(process[name])
    else next[name].resume()
  }
  return { url, close: () => end(next) }
}

type Next = ChildProcessByStdio<null, Readable, Readable>

/** Where it says it listens (`instrumentation.ts` does); `undefined` when it has ended. */
async function listening({ stdout }: Next): Promise<string | undefined> {
  for await (const line of createInterface({ input: stdout })) {
    const url = /^listening on (\S+)$/u.exec(line)?.[1]
    if (url !== undefined) return url
  }
  return undefined
}

/** The error that Node would have given in this process. */
function whyEnded(complaints: string, port: number): Error {
  const error = new Error(`\`next start\` ended before it listened:\n${complaints}`)
  return complaints.includes('EADDRINUSE') ? Object.assign(error, { code: 'EADDRINUSE', port }) : error
}

async function end(next: Next): Promise<void> {
  if (next.exitCode !== null || next.signalCode !== null) return
  next.kill('SIGTERM')
  await once(next, 'exit')
}
