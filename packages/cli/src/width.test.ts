import type { Command } from 'commander'
import { chmodSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { PROGRAM } from './help.ts'
import { inFolder, NOW, play, type Scene } from './play.fixture.ts'
import { createProgram } from './program.ts'
import type { World } from './world.ts'

const KEYSET = ['--keyset', 'keys.json']
const DAY = 86_400

it('no line of any help is wider than 80 columns', async () => {
  const names = namesOf(createProgram(NOWHERE, 'text', () => undefined))
  const lines = await Promise.all(
    names.map(async (name) => {
      const { stdout } = await play([...name, '--help'], { terminal: 'all', columns: 80 })
      return stripVTControlCharacters(stdout).split('\n')
    }),
  )
  expect(lines.flat().filter((line) => line.length > 80)).toEqual([])
  expect(names.map((name) => name.join(' '))).toContain('keys rotate')
})

it('everything that a person reads fits into 80 columns, but for commands, which stand alone', async () => {
  inFolder()
  const told: string[] = []
  const tell = async (argv: readonly string[], scene: Scene = {}): Promise<void> => {
    const { stderr, stdout } = await play([...argv], { terminal: 'all', columns: 80, ...scene })
    told.push(...stripVTControlCharacters(stdout + stderr).split('\n'))
  }
  await tell(['keys', 'list', ...KEYSET])
  await tell(['keys', 'create', '--import', ...KEYSET])
  await tell(['keys', 'create', ...KEYSET])
  await tell(['keys', 'create', ...KEYSET])
  await tell(['keys', 'rotate', ...KEYSET], { key: 2 })
  await tell(['keys', 'rotate', ...KEYSET], { key: 3 })
  await tell(['keys', 'list', ...KEYSET])
  await tell(['keys', 'revoke', '92fbb396', ...KEYSET])
  await tell(['keys', 'revoke', 'bb61d675', ...KEYSET])
  await tell(['keys', 'rotate', '--propagate', '0s', ...KEYSET], { key: 3 })
  for (const days of [1, 45, 90]) {
    await tell(['keys', 'retire', '--older-than', '30d', ...KEYSET], { at: NOW + days * DAY })
  }
  await tell(['keys', 'list', ...KEYSET], { at: NOW + 100 * DAY + 3600 })
  await tell(['keys', 'usage', 'no.log', ...KEYSET])
  await tell(['keys', 'usage', ...KEYSET], { at: NOW + 9 * DAY, terminal: 'stdout' })
  await tell(['inspect', 'AQ'])
  for (const command of ['rotate', 'revoke', 'usage', 'create']) await tell(['keys', command, '--help'])
  for (const command of ['inspect', 'seal', 'generate']) await tell([command, '--help'])
  chmodSync('keys.json', 0o644)
  await tell(['keys', 'list', ...KEYSET])
  const isCommand = (line: string): boolean =>
    line.trim().startsWith(PROGRAM) || /^ *(?:Usage:|chmod|createSessions)/u.test(line)
  expect(told.filter((line) => line.length > 80 && !isCommand(line))).toEqual([])
  expect(told.filter((line) => line.includes(PROGRAM) && !isCommand(line))).toEqual([])
  expect(told.filter(isCommand).length).toBeGreaterThan(10)
})

const NOWHERE: World = {
  stdin: (async function* () {})(),
  stdout: { write: () => true },
  stderr: { write: () => true },
  env: {},
  now: () => NOW,
  generateKey: async () => '',
  version: '',
}

/** The words of every command, the program itself first. */
function namesOf({ commands }: Command, before: readonly string[] = []): readonly (readonly string[])[] {
  return [
    before,
    ...commands.filter((each) => each.name() !== 'help').flatMap((each) => namesOf(each, [...before, each.name()])),
  ]
}
