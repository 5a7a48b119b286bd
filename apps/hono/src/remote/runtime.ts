import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Miniflare } from 'miniflare'
import { bundleWorker } from '../bundle-worker.ts'

/** A process of another runtime, in which `createRemoteApps` answers. */
export interface Runtime {
  readonly origin: string
  close(): Promise<void>
}

/** The command that runs a program in Bun or Deno. */
function commandOf(runtime: 'bun' | 'deno'): readonly [string, ...string[]] {
  const require = createRequire(import.meta.url)
  if (runtime === 'bun') return [require.resolve('bun/bin/bun.exe')]
  // The cast is what the file's own comments say. The program that npm puts in front of Deno does not pass signals on.
  const { runInstall } = require('deno/install_api.cjs') as { runInstall: () => string }
  return [runInstall(), 'run', '--no-lock', '--allow-net', '--allow-env', '--allow-read']
}

/** Why the runtime cannot be used here; `undefined` where it can. */
export function whyNot(runtime: 'bun' | 'deno'): string | undefined {
  try {
    const [command] = commandOf(runtime)
    return spawnSync(command, ['--version']).status === 0 ? undefined : `${command} does not run`
  } catch (error) {
    return String(error)
  }
}

/** Starts `remote/bun.ts` or `remote/deno.ts`. */
export async function startProcess(runtime: 'bun' | 'deno'): Promise<Runtime> {
  const [command, ...parameters] = commandOf(runtime)
  const program = `${import.meta.dirname}/${runtime}.ts`
  const child = spawn(command, [...parameters, program], { stdio: ['ignore', 'pipe', 'pipe'] })
  return { origin: await listening(child), close: () => end(child) }
}

/** Starts `remote/worker.ts` in workerd. */
export async function startWorkerd(): Promise<Runtime> {
  const worker = new Miniflare({
    host: '127.0.0.1',
    modules: true,
    script: await bundleWorker(`${import.meta.dirname}/worker.ts`),
    compatibilityDate: '2026-07-30',
    compatibilityFlags: ['nodejs_compat'],
    // It logs errors that the suite asks for.
    handleRuntimeStdio: (...streams: readonly Readable[]) => void streams.map((stream) => stream.resume()),
  })
  return { origin: (await worker.ready).origin, close: () => worker.dispose() }
}

/** Where the program says that it listens. */
export async function listening({ stdout, stderr }: ChildProcess): Promise<string> {
  let complaints = ''
  stderr?.on('data', (data: Buffer) => {
    // Only what is said before it listens matters: afterwards it logs errors that the suite asks for.
    complaints = complaints.length > 10_000 ? complaints : complaints + data.toString()
  })
  for await (const line of stdout === null ? [] : createInterface(stdout)) {
    const url = /^listening on (\S+)$/u.exec(line)?.[1]
    if (url === undefined) continue
    stdout?.resume()
    return url
  }
  throw new Error(`The program ended without saying where it listens. ${complaints}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
