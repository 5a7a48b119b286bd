import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder } from './play.fixture.ts'

const PACKAGE = resolve(import.meta.dirname, '..')
// The shape is this package's own.
const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
  readonly version: string
  readonly bin: Readonly<Record<string, string>>
}
const PROGRAM = join(PACKAGE, manifest.bin['encrypted-session'] ?? '')

/** The program as it is published, in a process of its own. */
function start(argv: readonly string[], { cwd, input = '' }: { readonly cwd?: string; readonly input?: string } = {}) {
  const { PATH } = process.env
  const { status, stderr, stdout } = spawnSync(PROGRAM, argv, {
    encoding: 'utf8',
    env: { PATH },
    input,
    ...(cwd && { cwd }),
  })
  return { status, stderr, stdout }
}

describe('the built program', () => {
  it('says its version', () => {
    expect(start(['--version'])).toEqual({ status: 0, stderr: '', stdout: `${manifest.version}\n` })
  })

  it('says in one line that Node is too old', () => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.11.0' } })`
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(older)}`, PROGRAM, '--version'],
      { encoding: 'utf8' },
    )
    expect({ status, stderr, stdout }).toEqual({
      status: 2,
      stderr: 'Not done. @encrypted-session/cli needs Node 22.12 or newer, and this is 22.11.0.\n',
      stdout: '',
    })
  })

  it('makes another key each time', () => {
    const keys = [start(['generate']).stdout, start(['generate']).stdout]
    expect(keys[0]).toMatch(/^esk_[\w-]{48}\n$/u)
    expect(keys[0]).not.toBe(keys[1])
  })

  it('makes a keyset, seals by it, and accepts what it sealed', () => {
    const cwd = folder()
    expect(start(['keys', 'create', '--keyset', 'keys.json'], { cwd }).status).toBe(0)
    const { stdout: header } = start(
      ['seal', '--data', '{"a":1}', '--subject', 'ada', '--format', 'header', '--keyset', 'keys.json'],
      { cwd },
    )
    const look = start(['inspect', '-', '--keyset', 'keys.json'], { cwd, input: header })
    expect(look).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Accepted by') as string })
  })

  it('reads a log from a pipe', () => {
    const cwd = folder()
    start(['keys', 'create', '--keyset', 'keys.json'], { cwd })
    const { status, stdout } = start(['keys', 'usage', '--keyset', 'keys.json'], { cwd, input: '{"msg":"x"}\n' })
    expect([status, stdout]).toEqual([0, expect.stringContaining('1 line is no event of sessions.')])
  })

  it.skipIf(process.platform !== 'linux')('says without a stack that its answer could not be written', () => {
    const { status, stderr } = spawnSync('sh', ['-c', '"$0" generate > /dev/full', PROGRAM], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^The answer could not be written: ENOSPC.*\n$/u)])
    expect(spawnSync('sh', ['-c', '"$0" keys list 2> /dev/full', PROGRAM]).status).toBe(2)
  })

  it.each([
    ['the answer is no', 1, ['inspect', 'AQ']],
    ['wrong use', 2, ['keys', 'list']],
  ] as const)('exits for: %s', (_title, exitCode, argv) => {
    expect(start(argv).status).toBe(exitCode)
  })
})
