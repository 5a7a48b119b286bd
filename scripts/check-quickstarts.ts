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
  /** What Node is started with: the page's own command, unless that is for development only. */
  readonly args: readonly string[]
  readonly visitor: (url: string) => Visitor
}

const NEXT = 'node_modules/next/dist/bin/next'
const QUICKSTARTS: readonly Quickstart[] = [
  { framework: 'Fastify', args: ['--env-file=.env', 'fastify.ts'], visitor: programVisitor },
  { framework: 'Koa', args: ['--env-file=.env', 'koa.ts'], visitor: programVisitor },
  { framework: 'Hono', args: ['--env-file=.env', 'hono.ts'], visitor: programVisitor },
  { framework: 'Next.js', args: [NEXT, 'start', '--port', PORT], visitor: pageVisitor },
]

/** What `npx create-next-app` has made before, with the settings that new apps have. */
const MADE_BEFORE: Readonly<Record<string, string>> = {
  'app/layout.tsx': `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>
}`,
  'next.config.ts': `export default {
  cacheComponents: true,
  partialPrefetching: true,
  // The modules that are linked here lie elsewhere in this repository.
  turbopack: { root: ${JSON.stringify(ROOT)} },
  // \`pnpm check:docs\` does that.
  typescript: { ignoreBuildErrors: true },
}`,
  'package.json': '{ "type": "module" }',
}

const home = mkdtempSync(join(ROOT, '.quickstarts-'))
try {
  linkInstalled(ROOT, home)
  for (const [file, text] of Object.entries(MADE_BEFORE)) write(file, text)
  makeKey()
  const complaints = [...(await complaintsAbout(README)), ...(await missedIn(PLANTED))]
  for (const complaint of complaints) console.error(complaint)
  if (complaints.length === 0) {
    console.log(`${QUICKSTARTS.length} first sessions run as they stand; each was caught when it lost its cart.`)
  }
  process.exitCode = complaints.length === 0 ? 0 : 1
} finally {
  rmSync(home, { recursive: true })
}

/** By the page's own command. */
function makeKey(): void {
  const command = examplesOf(README, ['sh']).find(({ code }) => code.includes('SESSION_KEYS='))?.code
  if (command === undefined) throw new Error('README.md has no command that makes a key')
  const { status, stderr } = spawnSync('bash', ['-c', command], { cwd: home, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}\n${stderr}`)
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
  for (const { file, code } of examplesOf(page, ['ts', 'tsx'])) if (file !== undefined) write(file, code)
  const failures = new Map<string, Error>()
  const attempts = QUICKSTARTS.map(async (quickstart) => {
    try {
      await attempt(quickstart)
    } catch (error) {
      failures.set(quickstart.framework, error instanceof Error ? error : new Error(String(error)))
    }
  })
  await Promise.all(attempts)
  return failures
}

async function attempt({ args, visitor }: Quickstart): Promise<void> {
  const port = String(await freePort())
  const program = { cwd: home, args: args.map((arg) => arg.replace(PORT, port)) }
  const file = args.find((arg) => arg.endsWith('.ts'))
  if (file === undefined) {
    await runProgram({ ...program, args: [NEXT, 'build'] })
  } else {
    const command = `node ${args.join(' ')}`
    if (!README.includes(`\n${command}\n`)) throw new Error(`README.md does not say: ${command}`)
    write(file, readFileSync(join(home, file), 'utf8').replace(PORT, port))
  }
  const url = `http://127.0.0.1:${port}`
  await whileItRuns(program, url, () => visit(visitor(url)))
}

function write(file: string, text: string): void {
  const path = join(home, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
