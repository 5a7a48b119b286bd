import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { folder } from './play.fixture.ts'
import { shownOn, steady, typed } from './transcript.fixture.ts'

const README = join(import.meta.dirname, '..', 'README.md')
/** What the app of the page has logged by the time that its log is looked at. */
const LOG = [
  [1_795_510_800, 'opened', 1],
  [1_797_948_000, 'opened', 2],
  [1_797_955_000, 'opened', 2],
  [1_797_955_000, 'sealed', 2],
] as const

it('the README shows what the program prints', async () => {
  const page = readFileSync(README, 'utf8')
  inFolder(folder())
  const printed: string[] = []
  const shown = shownOn(page)
  for (const [index, { at, commandLine }] of shown.entries()) {
    if (commandLine.includes('app.log')) writeLog()
    printed.push(`$ ${commandLine}\n${await typed(commandLine, at, index + 1)}`.trimEnd())
  }
  // To see all of it: WRITE_README=1 in front of the test writes what is printed into the page.
  if (process.env['WRITE_README'] === '1') writeFileSync(README, rewritten(page, printed))
  expect(shown.map(({ commandLine, output }) => `$ ${commandLine}\n${steady(output)}`.trimEnd())).toEqual(printed)
})

it('the README has an example of every command', () => {
  const lines = shownOn(readFileSync(README, 'utf8')).map(({ commandLine }) => commandLine)
  const commands = [
    'generate',
    'inspect',
    'seal',
    ...['create', 'add', 'promote', 'demote', 'revoke', 'rotate', 'retire', 'list', 'usage'].map(
      (each) => `keys ${each}`,
    ),
  ]
  expect(commands.filter((command) => !lines.some((line) => line.includes(` ${command}`)))).toEqual([])
})

/** The log of the app: the keys in the file stand there the newest first. */
function writeLog(): void {
  const ids = Array.from(
    readFileSync('keys.json', 'utf8').matchAll(/"id": "([\da-f]{8})"/gu),
    ([, id]) => id,
  ).toReversed()
  const lines = LOG.map(([at, type, key]) => JSON.stringify({ time: at * 1000, event: { type, keyId: ids[key - 1] } }))
  writeFileSync('app.log', `${lines.join('\n')}\n`)
}

function inFolder(path: string): void {
  const before = process.cwd()
  process.chdir(path)
  onTestFinished(() => process.chdir(before))
}

function rewritten(page: string, printed: readonly string[]): string {
  let next = 0
  return page.replaceAll(/^```console\n([\s\S]*?)^```$/gmu, (_fence, code: string) => {
    const parts = Array.from(code.matchAll(/^\$ /gmu), () => printed[next++])
    return `\`\`\`console\n${parts.join('\n\n')}\n\`\`\``
  })
}
