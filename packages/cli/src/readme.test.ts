import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inFolder } from './play.fixture.ts'
import { shownOn, steady, typed } from './transcript.fixture.ts'

const README = join(import.meta.dirname, '..', 'README.md')
const GUIDE = join(import.meta.dirname, '..', '..', '..', 'docs', 'guide', 'keys.md')
/** What the app of a page has logged by the time that its log is looked at: when, what, and by which key, counted from the oldest. */
type Log = readonly (readonly [at: number, type: string, key: number])[]
const README_LOG: Log = [
  [1_795_510_800, 'opened', 1],
  [1_797_672_600, 'opened', 2],
  [1_798_192_800, 'opened', 2],
  [1_798_192_800, 'sealed', 2],
]
const GUIDE_LOG: Log = [
  [1_797_690_000, 'opened', 2],
  [1_798_150_000, 'rejected', 1],
  [1_798_200_000, 'opened', 2],
  [1_798_200_000, 'sealed', 2],
  [1_798_281_000, 'opened', 2],
  [1_798_281_000, 'opened', 2],
]

it.each([
  ['README', README, README_LOG],
  ['guide', GUIDE, GUIDE_LOG],
])('the %s shows what the program prints', async (_title, path, log) => {
  const page = readFileSync(path, 'utf8')
  inFolder()
  const printed: string[] = []
  const shown = shownOn(page)
  for (const [index, { at, commandLine }] of shown.entries()) {
    if (commandLine.includes('app.log')) writeLog(log)
    if (commandLine.includes('open.json')) writeOpenKeyset()
    printed.push(`$ ${commandLine}\n${await typed(commandLine, at, index + 1)}`.trimEnd())
  }
  // To see all of it: WRITE_README=1 in front of the test writes what is printed into the page.
  if (process.env['WRITE_README'] === '1') writeFileSync(path, rewritten(page, printed))
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
function writeLog(log: Log): void {
  const ids = Array.from(
    readFileSync('keys.json', 'utf8').matchAll(/"id": "([\da-f]{8})"/gu),
    ([, id]) => id,
  ).toReversed()
  const lines = log.map(([at, type, key]) => JSON.stringify({ time: at * 1000, event: { type, keyId: ids[key - 1] } }))
  writeFileSync('app.log', `${lines.join('\n')}\n`)
}

/** A keyset that everybody can read. */
function writeOpenKeyset(): void {
  copyFileSync('keys.json', 'open.json')
  chmodSync('open.json', 0o644)
}

function rewritten(page: string, printed: readonly string[]): string {
  let next = 0
  return page.replaceAll(/^```console\n([\s\S]*?)^```$/gmu, (_fence, code: string) => {
    const parts = Array.from(code.matchAll(/^\$ /gmu), () => printed[next++])
    return `\`\`\`console\n${parts.join('\n\n')}\n\`\`\``
  })
}
