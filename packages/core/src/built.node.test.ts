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
const OPEN_VECTOR = new URL('sessions/open-vector.fixture.ts', import.meta.url).href
const SPEC_VECTORS = new URL('spec-vectors.node.ts', import.meta.url).href
const temporary = mkdtempSync(join(tmpdir(), 'built-'))

beforeAll(async () => {
  // Node takes the condition `node` whatever it is told; a bundler for another platform takes the other files.
  await build({
    config: false,
    cwd: temporary,
    entry: { web: DIST },
    outDir: temporary,
    platform: 'browser',
    format: 'esm',
    dts: false,
    clean: false,
    logLevel: 'silent',
    deps: { alwaysBundle: [/./u] },
  })
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
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--no-warnings', '-e', program], { encoding: 'utf8' }),
  )
}
