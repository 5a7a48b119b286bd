import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** How long a program may take to answer, or to end. */
const PATIENCE_MS = 60_000

/** A program, from Node's arguments, in a folder. */
export interface Program {
  readonly cwd: string
  readonly args: readonly string[]
}

/** Runs it to its end. Rejects with what it printed when that is a failure. */
export async function runProgram(program: Program): Promise<void> {
  const { child, output } = begin(program)
  await once(child, 'exit')
  if (child.exitCode !== 0) throw new Error(`${program.args.join(' ')} failed:\n${output()}`)
}

/** Runs it while `use` does, which begins when `url` answers. Rejects when it never does, or does not end when asked to. */
export async function whileItRuns(program: Program, url: string, use: () => Promise<void>): Promise<void> {
  const { child, output } = begin(program)
  const ended = once(child, 'exit')
  try {
    await answers(url, child).catch((cause: unknown) => {
      throw new Error(`${program.args.join(' ')} did not answer at ${url}:\n${output()}`, { cause })
    })
    await use()
    child.kill('SIGTERM')
    await Promise.race([ended, tooLong(`${program.args.join(' ')} did not end`)])
  } finally {
    kill(child)
  }
}

/** A port where nobody listens at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // Only a server on a pipe has another kind of address.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function begin({ cwd, args }: Program): { readonly child: ChildProcess; readonly output: () => string } {
  // A process group of its own, so that what does not end can be ended whole.
  const child = spawn(process.execPath, args, {
    cwd,
    // With CI Next complains of missing packages; without, it would install them.
    env: { ...process.env, CI: 'true', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
  }
  return { child, output: () => printed }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const response = await fetch(url).catch(() => undefined)
    if (response !== undefined) return
    await setTimeout(50)
  }
  throw new Error('no answer')
}

async function tooLong(message: string): Promise<never> {
  await setTimeout(PATIENCE_MS, undefined, { ref: false })
  throw new Error(message)
}

function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // ESRCH: the whole group has ended, as it should.
  }
}
