import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folder, madeKeyset, play } from './play.fixture.ts'

/** Sets a terminal's title. */
const COMMAND = '\u001B]0;PWNED\u0007\r'

it.each([
  ['an option', ['inspect', `--x${COMMAND}`]],
  ['a command', [`genrate${COMMAND}`]],
  ["an option's value", ['keys', 'rotate', '--propagate', COMMAND]],
  ['a path', ['keys', 'list', '--keyset', `nowhere${COMMAND}.json`]],
  ["a cookie's name", ['inspect', 'a=b', '--cookie-name', COMMAND]],
  ['an address', ['seal', '--data', '{}', '--format', 'curl', '--url', `x${COMMAND}`]],
])('a failure hands no command to the terminal from %s', async (_title, argv) => {
  for (const terminal of ['stdin', 'all'] as const) {
    const { exitCode, stderr, stdout } = await play(argv, { terminal })
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr.replaceAll(/\u001B\[\d+m/gu, '')).not.toMatch(/[\0-\u0009\u000B-\u001F]/u)
  }
})

it('nor does one from the name of a log', async () => {
  const { stderr } = await play(['keys', 'usage', `no${COMMAND}.log`, '--keyset', await madeKeyset()])
  expect(stderr).toContain(String.raw`The log no\u001b]0;PWNED\u0007\u000d.log cannot be read`)
})

it('nor does an answer from a path', async () => {
  const path = join(folder(), `keys${COMMAND}.json`)
  const { stdout } = await play(['keys', 'create', '--keyset', path], { terminal: 'all' })
  expect(stdout).toContain(String.raw`keys\u001b]0;PWNED\u0007\u000d.json`)
})
