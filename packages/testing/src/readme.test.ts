import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const PACKAGE = resolve(import.meta.dirname, '..')

it('the adapter of the README passes the suite with node:test, as it stands there', { timeout: 60_000 }, () => {
  // Below this package, so that its name leads to what was built.
  mkdirSync(join(PACKAGE, '.vitest'), { recursive: true })
  const folder = mkdtempSync(join(PACKAGE, '.vitest', 'readme-'))
  try {
    for (const [name, code] of files()) writeFileSync(join(folder, name), code)
    const { stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', join(folder, 'suite.test.ts')], {
      encoding: 'utf8',
      env: {},
    })
    const count = (what: string): number => Number(new RegExp(`^# ${what} (\\d+)$`, 'mu').exec(stdout)?.[1])
    expect({
      failed: stdout.match(/^\s*not ok .*$/gmu) ?? [],
      fail: count('fail'),
      cancelled: count('cancelled'),
    }).toEqual({
      failed: [],
      fail: 0,
      cancelled: 0,
    })
    expect(count('pass')).toBeGreaterThan(90)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** The examples that are files: their first line says which. */
function files(): readonly (readonly [name: string, code: string])[] {
  const text = readFileSync(join(PACKAGE, 'README.md'), 'utf8')
  return Array.from(text.matchAll(/^```ts\n(\/\/ (\S+\.ts)\n[\s\S]*?)^```$/gmu), ([, code = '', name = '']) => [
    name,
    code,
  ])
}
