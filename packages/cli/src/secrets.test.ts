import type { Command } from 'commander'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder, keyText, play, type Scene } from './play.fixture.ts'
import { createProgram } from './program.ts'
import { secretOf, withoutKeys, withoutTokens } from './secrets.ts'

/** Every command line of a test, with the keys that it could give away in the file and in the environment. */
async function everyRun(): Promise<readonly { readonly line: string; readonly text: string }[]> {
  const runs: { line: string; text: string }[] = []
  let path = ''
  const tell = async (argv: readonly string[], scene: Scene = {}): Promise<string> => {
    const { stderr, stdout } = await play(argv, { env: { SESSION_KEYSET: path, SESSION_KEYS: keyText(9) }, ...scene })
    runs.push({ line: argv.join(' '), text: stdout + stderr })
    return stdout
  }
  for (const form of [[], ['--json']]) {
    path = join(folder(), 'keys.json')
    await tell(['keys', 'create', ...form])
    await tell(['keys', 'create', ...form])
    const id = /"id": "([\da-f]{8})"/u.exec(readFileSync(path, 'utf8'))?.[1] ?? ''
    await tell(['keys', 'rotate', ...form], { key: 2 })
    await tell(['keys', 'rotate', ...form], { key: 3 })
    await tell(['keys', 'add', ...form], { key: 4 })
    await tell(['keys', 'promote', id, ...form], { key: 4 })
    await tell(['keys', 'demote', id, ...form])
    await tell(['keys', 'promote', '12345678', ...form])
    const cookie = await tell(['seal', '--data', '{}', '--format', 'header', ...form])
    await tell(['inspect', cookie.trim(), ...form])
    await tell(['inspect', 'AQ', ...form])
    await tell(['keys', 'list', ...form], { terminal: 'all' })
    await tell(['keys', 'usage', ...form])
    await tell(['keys', 'retire', '--older-than', '1s', ...form], { at: 1_900_000_000 })
    await tell(['keys', 'revoke', id, ...form])
    await tell(['generate', keyText(1), ...form])
    await tell([keyText(1), ...form])
    await tell(['help', keyText(1), ...form])
    await tell(['keys', 'help', keyText(1), ...form])
    await tell(['inspect', keyText(1), ...form])
    await tell(['keys', 'revoke', keyText(1), ...form])
    await tell(['keys', 'list', '--keyset', keyText(1), ...form])
    await tell(['keys', 'rotate', '--propagate', keyText(1), ...form])
    await tell(['keys', 'list', `--${keyText(1)}`, ...form])
    await tell(['seal', '--data', '{}', '--format', 'header', ...form], {
      env: { SESSION_KEYS: keyText(1).slice(0, -2) },
    })
    const broken = readFileSync(path, 'utf8')
    writeFileSync(path, broken.replaceAll('esk_', 'esk-'))
    await tell(['keys', 'list', ...form])
    await tell(['seal', '--data', '{}', '--format', 'header', ...form])
    writeFileSync(path, broken.slice(0, -20))
    await tell(['keys', 'list', ...form])
    writeFileSync(path, broken)
  }
  return runs
}

/** What of a key's text nobody may see: any eight characters of its secret, and the bytes in hexadecimal. */
function leaksOf(text: string): readonly string[] {
  return [1, 2, 3, 4, 9].flatMap((number) => {
    const key = keyText(number)
    const parts = Array.from({ length: 36 }, (_, at) => key.slice(4 + at, 12 + at))
    const hex = Buffer.from(secretOf(key)).toString('hex').slice(0, 16)
    return [...parts, hex].filter((part) => text.includes(part))
  })
}

describe('no command shows a key', () => {
  it('in any of its answers and failures', async () => {
    const runs = await everyRun()
    expect(runs.filter(({ text }) => leaksOf(text).length > 0)).toEqual([])
  })

  it('which this test would see', async () => {
    const shown = [await play(['generate']), await play(['keys', 'create', '--print'])]
    expect(shown.map(({ stdout }) => leaksOf(stdout).length > 0)).toEqual([true, true])
  })

  it('and this test knows every command', async () => {
    const lines = (await everyRun()).map(({ line }) => line)
    const world = { stdin: (async function* () {})(), stdout: { write: () => true }, stderr: { write: () => true } }
    const program = createProgram(
      { ...world, env: {}, now: () => 0, generateKey: async () => '', version: '' },
      'text',
      () => undefined,
    )
    const unknown = leavesOf(program, []).filter((name) => !lines.some((line) => line.startsWith(name)))
    expect(unknown).toEqual([])
  })
})

it('a token in which the beginning of a key happens to stand stays whole', () => {
  const tokens = `a=A${'x'.repeat(20)}esk_${'y'.repeat(60)}; a.1=abcdef.esk_${'z'.repeat(60)}`
  expect(withoutKeys(tokens)).toBe(tokens)
  expect(withoutKeys(`in ${keyText(1)}.`)).toBe('in esk_….')
})

it('nothing as long as a token is left of a text', () => {
  expect(withoutTokens(`a ${'x'.repeat(60)} b`)).toBe('a … b')
})

function leavesOf(command: Command, names: readonly string[]): readonly string[] {
  if (command.commands.length === 0) return [names.join(' ')]
  return command.commands.flatMap((each) => leavesOf(each, [...names, each.name()]))
}
