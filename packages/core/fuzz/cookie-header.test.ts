import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const PROGRAM = fileURLToPath(new URL('cookie-header.ts', import.meta.url))

/** The program on the built package, which `pnpm test` has built before. */
test('no Cookie header of a short run throws, is slow, makes memory grow or opens what nobody sealed', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, '--seconds', '3'], { encoding: 'utf8' })
  expect({ status, stderr, stdout }).toEqual({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^\d{3,} headers in 3 s with seed \d+: nothing found\n$/u) as string,
  })
}, 60_000)

test('a header that was found before can be tried again', () => {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, '--replay'], {
    encoding: 'utf8',
    input: JSON.stringify({ header: 'session=2.abcdef.token' }),
  })
  expect(status).toBe(0)
  expect(stdout).toContain('read: nothing found')
}, 60_000)
