import { generateKey } from '@encrypted-session/core'
import { readFileSync } from 'node:fs'
import { run } from './run.ts'

/** Runs the program for the process's own command line and streams. */
export async function start(): Promise<void> {
  const output = { failed: false }
  // `… | head` closes the pipe when it has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    output.failed = true
    process.exitCode = 2
    process.stderr.write(
      `The answer could not be written: ${error.message}. A keyset that the command changes is changed: keys list shows it.\n`,
    )
  })
  // There is nowhere left to tell it: the exit code has to.
  process.stderr.on('error', () => undefined)

  // The fields that npm requires.
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string
  }

  const { stdin, stdout, stderr, env, argv } = process
  // Not `process.exit`: what is still to be written would be cut off.
  const exitCode = await run(argv.slice(2), {
    stdin,
    stdout,
    stderr,
    env,
    now: () => Math.floor(Date.now() / 1000),
    generateKey,
    version,
  })
  // A pipe or a disk may fail later still: then the listener sets it.
  if (!output.failed) process.exitCode = exitCode
}
