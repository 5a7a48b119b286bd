import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { run } from './run.ts'
import type { World } from './world.ts'

/** 2026-11-22T06:00:00Z. */
export const NOW = 1_795_327_200

/** What a run is given; everything else is empty or fixed. */
export interface Scene {
  readonly env?: World['env']
  readonly stdin?: string
  readonly at?: number
  readonly terminal?: 'stdin' | 'stdout' | 'stderr' | 'all'
  /** How wide the terminal is. */
  readonly columns?: number
  /** The number of the first key that is generated. */
  readonly key?: number
}

/** What came of a run. */
export interface Played {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** Runs a command line in this process. */
export async function play(argv: readonly string[], scene: Scene = {}): Promise<Played> {
  const { at = NOW, columns = 100, env = {}, stdin = '', terminal } = scene
  let next = scene.key ?? 1
  const stdout: string[] = []
  const stderr: string[] = []
  const isTTY = (stream: Scene['terminal']): boolean => terminal === stream || terminal === 'all'
  const exitCode = await run(argv, {
    stdin: Object.assign(inParts(stdin), { isTTY: isTTY('stdin') }),
    stdout: { write: (text) => stdout.push(text), isTTY: isTTY('stdout'), columns },
    stderr: { write: (text) => stderr.push(text), isTTY: isTTY('stderr'), columns },
    env,
    now: () => at,
    generateKey: async () => keyText(next++),
    version: '1.2.3',
  })
  return { stdout: stdout.join(''), stderr: stderr.join(''), exitCode }
}

/** What a run prints as JSON. */
export async function playJson(argv: readonly string[], scene: Scene = {}): Promise<Record<string, unknown>> {
  const { stdout } = await play([...argv, '--json'], scene)
  // The cast says what every command prints.
  return JSON.parse(stdout) as Record<string, unknown>
}

/** The text of a key that is the same in every run. */
export function keyText(number: number): string {
  const secret = createHash('sha256').update(`key ${number}`).digest()
  const checksum = createHash('sha256').update(secret).digest().subarray(0, 4)
  return `esk_${Buffer.concat([secret, checksum]).toString('base64url')}`
}

/** A folder that goes when the test is over. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'cli-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

/** Lets the test run in a folder of its own. */
export function inFolder(): void {
  const before = process.cwd()
  // Hooks run the last one first: the folder goes when nobody is in it any more.
  const path = folder()
  onTestFinished(() => process.chdir(before))
  process.chdir(path)
}

/** The path of a keyset in a folder of its own, which is made with the first key. */
export async function madeKeyset(): Promise<string> {
  const path = join(folder(), 'keys.json')
  await play(['keys', 'create', '--keyset', path])
  return path
}

/** In two chunks that split a character. */
async function* inParts(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  const half = Math.floor(bytes.length / 2)
  yield bytes.slice(0, half)
  yield bytes.slice(half)
}
