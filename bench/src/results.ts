import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release } from 'node:os'
import type { InstructionsOfCell } from './instructions.ts'
import type { InstructionsOfScenario, TimeOfScenario } from './requests.ts'
import type { SizeOfValue } from './sizes.ts'
import type { TimeOfCell } from './times.ts'

/** The files below results/, and what they hold. */
export interface Results {
  readonly sizes: readonly SizeOfValue[]
  readonly times: readonly TimeOfCell[]
  readonly requests: readonly TimeOfScenario[]
  /** Written only by a run that can count. */
  readonly instructions: readonly InstructionsOfCell[]
  readonly 'request-instructions': readonly InstructionsOfScenario[]
}

/** Numbers and where they come from. */
export interface Result<Numbers> {
  readonly date: string
  readonly machine: string
  readonly node: string
  readonly versions: Readonly<Record<string, string>>
  /** What counted, where something was counted. */
  readonly counter: string | undefined
  readonly numbers: Numbers
}

const PEERS = [
  'iron-session',
  '@fastify/secure-session',
  'jose',
  'koa-session',
  'hono-sessions',
  'fastify',
  '@fastify/cookie',
  'koa',
  'hono',
  '@hono/node-server',
]
const FOLDER = new URL('../results/', import.meta.url)

export function writeResult<Name extends keyof Results>(name: Name, numbers: Results[Name], counter?: string): void {
  const [cpu] = cpus()
  const result: Result<Results[Name]> = {
    date: new Date().toISOString(),
    machine: `${cpus().length} x ${cpu?.model ?? 'unknown'}, ${process.platform} ${release()} ${process.arch}`,
    node: process.version,
    versions: Object.fromEntries(PEERS.map((peer) => [peer, versionOf(peer)])),
    counter,
    numbers,
  }
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(fileOf(name), `${JSON.stringify(result, undefined, 2)}\n`)
}

/** What the last run left that measured this. */
export function readResult<Name extends keyof Results>(name: Name): Result<Results[Name]> | undefined {
  try {
    // Written by the function above.
    return JSON.parse(readFileSync(fileOf(name), 'utf8')) as Result<Results[Name]>
  } catch {
    // No run has measured it yet.
    return undefined
  }
}

function fileOf(name: keyof Results): URL {
  return new URL(`${name}.json`, FOLDER)
}

function versionOf(name: string): string {
  // Some packages export no package.json: found beside the entry point instead.
  const entry = createRequire(import.meta.url).resolve(name)
  const folder = entry.slice(0, entry.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}/`.length)
  // The cast asks for the one field that every package.json has.
  return (JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as { readonly version: string }).version
}
