#!/usr/bin/env node
import { generateKey } from '@encrypted-session/core'
import { readFileSync } from 'node:fs'
import { run } from './run.ts'

// `… | head` closes the pipe when it has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

// The fields that npm requires.
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string
}

const { stdin, stdout, stderr, env, argv } = process
// Not `process.exit`: what is still to be written would be cut off.
process.exitCode = await run(argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  now: () => Math.floor(Date.now() / 1000),
  generateKey,
  version,
})
