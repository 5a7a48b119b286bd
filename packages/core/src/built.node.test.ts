import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'tsdown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { passesOverWhatFollows } from './codec/lax-stream.fixture.ts'
import type { Refused, Vector } from './sessions/open-vector.fixture.ts'
import { readVectors } from './spec-vectors.node.ts'

const DIST = fileURLToPath(new URL('../dist/index.js', import.meta.url))
const KEYSET = fileURLToPath(new URL('../dist/keyset.js', import.meta.url))
const KEYSET_FILE = fileURLToPath(new URL('../dist/keyset-file.js', import.meta.url))
const OPEN_VECTOR = new URL('sessions/open-vector.fixture.ts', import.meta.url).href
const SPEC_VECTORS = new URL('spec-vectors.node.ts', import.meta.url).href
const temporary = mkdtempSync(join(tmpdir(), 'built-'))

beforeAll(async () => {
  // Node takes the condition `node` whatever it is told; a bundler for another platform takes the other files.
  // One after the other: built together, they would share files.
  for (const entry of [{ web: DIST }, { keyset: KEYSET }]) {
    await build({
      config: false,
      cwd: temporary,
      entry,
      outDir: temporary,
      platform: 'browser',
      format: 'esm',
      dts: false,
      clean: false,
      logLevel: 'silent',
      deps: { alwaysBundle: [/./u] },
    })
  }
})
afterAll(() => {
  rmSync(temporary, { recursive: true })
})

it('needs nothing of Node where it is bundled for another platform', () => {
  const bundle = readFileSync(join(temporary, 'web.mjs'), 'utf8')
  expect(bundle).toContain('DecompressionStream')
  expect(bundle).not.toMatch(/["']node:/u)
})

it('carries nothing of the stores where only the main entry is used', () => {
  expect(readFileSync(join(temporary, 'web.mjs'), 'utf8')).not.toMatch(/store cannot answer/u)
})

it('carries nothing of keysets where only the main entry is used', () => {
  expect(readFileSync(join(temporary, 'web.mjs'), 'utf8')).not.toContain('ERR_KEYSET_')
})

it('needs nothing of Node for keysets either, where it is bundled for another platform', () => {
  const bundle = readFileSync(join(temporary, 'keyset.mjs'), 'utf8')
  expect(bundle).toContain('ERR_KEYSET_INVALID')
  expect(bundle).not.toMatch(/["']node:/u)
})

it.each([
  ['node', () => KEYSET],
  ['web', () => join(temporary, 'keyset.mjs')],
])('makes, rotates, writes and reads a keyset, for %s', (_, path) => {
  expect(
    printed(`
      import { createKeyset, formatKeyset, parseKeyset, rotateKeys, sealingKeyOf } from '${pathToFileURL(path()).href}'
      const secret = () => crypto.getRandomValues(new Uint8Array(32))
      const created = await createKeyset(secret(), 1000)
      const text = await formatKeyset(await rotateKeys(created, secret(), { propagate: 10 }, 1000))
      const { keys, revision } = await parseKeyset(text, 1000)
      const sealing = [1009, 1010].map((now) => keys.indexOf(sealingKeyOf({ keys, revision, revoked: [] }, now)))
      console.log(JSON.stringify({ revision, sealing }))`),
  ).toEqual({ revision: 2, sealing: [1, 0] })
})

it('shares its errors and keys between the main entry and those for keysets', () => {
  expect(
    printed(`
      import { SessionError } from '${pathToFileURL(DIST).href}'
      import { parseKeyset } from '${pathToFileURL(KEYSET).href}'
      await import('${pathToFileURL(KEYSET_FILE).href}')
      const error = await parseKeyset('', 0).catch((reason) => reason)
      console.log(JSON.stringify([error instanceof SessionError, error.constructor === SessionError, error.code]))`),
  ).toEqual([true, true, 'ERR_KEYSET_INVALID'])
})

// CVE-2026-40372: the tests that would have found it did not run on what was shipped.
describe.each([
  ['node', () => DIST],
  ['web', () => join(temporary, 'web.mjs')],
])('the built package, for %s', (platform, path) => {
  it('opens every vector that opens', () => {
    const vectors = [...readVectors('accept.json'), ...readVectors('golden.json')] as readonly Vector[]
    expect(answersOf(path(), ['accept.json', 'golden.json'])).toEqual(vectors.map(({ name }) => [name, []]))
  })

  it.skipIf(platform === 'web' && passesOverWhatFollows)(
    'refuses every vector that does not open, for its reason',
    () => {
      const vectors = readVectors('reject.json') as readonly Vector<Refused>[]
      expect(answersOf(path(), ['reject.json'])).toEqual(
        vectors.map(({ name, expect: { reason } }) => [name, [reason]]),
      )
    },
  )
})

/** What the package at a path makes of every vector, in a process in which nothing redirects its imports. */
function answersOf(path: string, files: readonly string[]): unknown {
  const program = `
    import { openThrough } from '${OPEN_VECTOR}'
    import { readVectors } from '${SPEC_VECTORS}'
    import * as core from '${pathToFileURL(path).href}'
    const answers = []
    for (const vector of ${JSON.stringify(files)}.flatMap((file) => readVectors(file))) {
      const { reasons } = await openThrough(core, vector)
      answers.push([vector.name, reasons])
    }
    console.log(JSON.stringify(answers))`
  return printed(program)
}

/** The JSON that a program prints. */
function printed(program: string): unknown {
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--no-warnings', '-e', program], { encoding: 'utf8' }),
  )
}
