/** Each first session in README.md runs as it stands there, and one that loses the cart is noticed. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { examplesOf } from './examples.ts'
import { linkInstalled } from './installed.ts'
import { pageVisitor, programVisitor, visit, type Visitor } from './quickstart-visit.ts'
import { freePort, runProgram, whileItRuns } from './running-program.ts'

const ROOT = resolve(import.meta.dirname, '..')
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')

/** A page on which nothing reaches the cart: a copy of it takes the item. */
const PLANTED = README.replaceAll('data.cart.push(', 'data.cart.slice().push(')

/** The port that a first session names, and that is taken on many a machine. */
const PORT = '3000'

interface Quickstart {
  readonly framework: string
  /** What the page says to change in the package.json that npm writes. */
  readonly type: string
  /** What Node is started with: the page's own command, unless that is for development only. */
  readonly args: readonly string[]
  readonly visitor: (url: string) => Visitor
}

const NEXT = 'node_modules/next/dist/bin/next'
const QUICKSTARTS: readonly Quickstart[] = [
  {
    framework: 'Fastify',
    type: 'npm pkg set type=module',
    args: ['--env-file=.env', 'fastify.ts'],
    visitor: programVisitor,
  },
  { framework: 'Koa', type: 'npm pkg set type=module', args: ['--env-file=.env', 'koa.ts'], visitor: programVisitor },
  { framework: 'Hono', type: 'npm pkg set type=module', args: ['--env-file=.env', 'hono.ts'], visitor: programVisitor },
  { framework: 'Next.js', type: 'npm pkg delete type', args: [NEXT, 'start', '--port', PORT], visitor: pageVisitor },
]

/** What is there before: what `npm init -y` writes, by the npm that makes it hardest, and settings of new apps of Next. */
const MADE_BEFORE: Readonly<Record<string, string>> = {
  'next.config.ts': `export default {
  cacheComponents: true,
  partialPrefetching: true,
  // The modules that are linked here lie elsewhere in this repository.
  turbopack: { root: ${JSON.stringify(ROOT)} },
  // \`pnpm check:docs\` does that.
  typescript: { ignoreBuildErrors: true },
}`,
  'package.json': '{ "name": "shop", "version": "1.0.0", "type": "commonjs" }',
}

const home = mkdtempSync(join(ROOT, '.quickstarts-'))
try {
  for (const quickstart of QUICKSTARTS) prepare(quickstart)
  const complaints = [...(await complaintsAbout(README)), ...(await missedIn(PLANTED))]
  for (const complaint of complaints) console.error(complaint)
  if (complaints.length === 0) {
    console.log(`${QUICKSTARTS.length} first sessions run as they stand; each was caught when it lost its cart.`)
  }
  process.exitCode = complaints.length === 0 ? 0 : 1
} finally {
  rmSync(home, { recursive: true })
}

/** A folder for the app, and in it the page's own commands, but for those that install. */
function prepare({ framework, type }: Quickstart): void {
  const folder = join(home, framework)
  linkInstalled(ROOT, folder)
  for (const [file, text] of Object.entries(MADE_BEFORE)) write(join(framework, file), text)
  for (const part of [type, 'SESSION_KEYS=']) {
    const lines = examplesOf(README, ['sh']).flatMap(({ code }) => code.split('\n'))
    const command = lines.find((line) => line.includes(part))
    if (command === undefined) throw new Error(`README.md has no command with ${part}`)
    run('bash', ['-c', command], folder)
  }
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`)
}

/** What a reader writes who wants this framework: what all have in common, and what stands under its name. */
function filesOf(page: string, framework: string): readonly (readonly [file: string, code: string])[] {
  const [common = '', ...sections] = page.split(/^(?=### )/mu)
  const own = sections.find((section) => section.startsWith(`### ${framework}\n`)) ?? ''
  return examplesOf(common + own, ['ts', 'tsx', 'jsonc']).flatMap(({ file, code }) =>
    file === undefined ? [] : [[file, code]],
  )
}

async function complaintsAbout(page: string): Promise<readonly unknown[]> {
  const complaints = await failuresOf(page)
  return Array.from(complaints, ([framework, { message }]) => `${framework}: ${message}`)
}

/** The frameworks whose cart nobody missed, or where something else went wrong before. */
async function missedIn(page: string): Promise<readonly unknown[]> {
  const failures = await failuresOf(page)
  return QUICKSTARTS.filter(({ framework }) => !failures.get(framework)?.message.startsWith('the cart')).map(
    ({ framework }) => `planted and not caught: ${framework} without its cart; ${failures.get(framework)?.message}`,
  )
}

/** What went wrong in the first sessions of a page, by framework. */
async function failuresOf(page: string): Promise<ReadonlyMap<string, Error>> {
  const failures = new Map<string, Error>()
  const attempts = QUICKSTARTS.map(async (quickstart) => {
    try {
      for (const [file, code] of filesOf(page, quickstart.framework)) write(join(quickstart.framework, file), code)
      await attempt(quickstart)
    } catch (error) {
      failures.set(quickstart.framework, error instanceof Error ? error : new Error(String(error)))
    }
  })
  await Promise.all(attempts)
  return failures
}

async function attempt({ framework, args, visitor }: Quickstart): Promise<void> {
  const port = String(await freePort())
  const folder = join(home, framework)
  const program = { cwd: folder, args: args.map((arg) => arg.replace(PORT, port)) }
  const file = args.find((arg) => arg.endsWith('.ts'))
  if (file === undefined) {
    await runProgram({ ...program, args: [NEXT, 'build'] })
  } else {
    const command = `node ${args.join(' ')}`
    if (!README.includes(`\n${command}\n`)) throw new Error(`README.md does not say: ${command}`)
    run('tsc', ['-p', '.'], folder)
    write(join(framework, file), readFileSync(join(folder, file), 'utf8').replace(PORT, port))
  }
  const url = `http://127.0.0.1:${port}`
  await whileItRuns(program, url, () => visit(visitor(url)))
}

function write(file: string, text: string): void {
  const path = join(home, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
