/** The tests of packages and apps on the oldest and the newest Node that are promised, and on the pinned one. For some: `pnpm test:nodes 22 26`. */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { type Count, countIn, sentence, sum } from './vitest-report.ts'

const ROOT = resolve(import.meta.dirname, '..')
const PINNED = process.versions.node
const NODES: readonly string[] = ['22.23.3', PINNED, '26.10.0']
/** As npm packages, since nothing else may be downloaded from. */
const CACHE = join(ROOT, 'node_modules/.cache/nodes')

/** Tests that run in the process, and what vitest is told of them. */
interface Suite {
  readonly folder: string
  readonly arguments: readonly string[]
}

/** Not what no Node changes: types, and what runs in a browser, in another runtime or under a bundler. */
const SUITES: readonly Suite[] = [
  ...globSync('packages/*/vitest.config.ts', { cwd: ROOT })
    .toSorted()
    .map((config) => ({
      folder: dirname(config),
      // Core's files for other platforms are for where there is no Node.
      arguments: config.includes('/core/') ? ['--project=node', '--project=fuzz'] : [],
    })),
  ...globSync('apps/*/src/session-app.test.ts', { cwd: ROOT, exclude: (path) => path.includes('apps/next') })
    .toSorted()
    .map((test) => ({ folder: dirname(dirname(test)), arguments: ['src/session-app.test.ts'] })),
]

const majors = process.argv.slice(2)
const reports = mkdtempSync(join(tmpdir(), 'node-matrix-'))
try {
  const wanted = NODES.filter((version) => majors.length === 0 || majors.includes(majorOf(version)))
  const counts = wanted.map((version) => {
    const begun = performance.now()
    const counted = tested(version)
    console.log(`Node ${version}: ${sentence(counted)} in ${Math.round((performance.now() - begun) / 1000)} s`)
    return counted
  })
  const total = sum(counts)
  console.log(sentence(total))
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
} finally {
  rmSync(reports, { recursive: true })
}

function tested(version: string): Count {
  const node = version === PINNED ? process.execPath : installed(version)
  if (node === undefined) return { passed: 0, failed: 1, skipped: 0 }
  // First on the path, for tests that start programs.
  const PATH = [dirname(node), process.env['PATH']].join(delimiter)
  return sum(
    SUITES.map(({ folder, arguments: own }) => {
      const report = join(reports, `${version}-${folder.replaceAll('/', '-')}.json`)
      const run = [
        'run',
        '--typecheck.enabled=false',
        '--reporter=default',
        '--reporter=json',
        `--outputFile=${report}`,
      ]
      const { status, stdout, stderr } = spawnSync(node, ['node_modules/vitest/vitest.mjs', ...run, ...own], {
        cwd: join(ROOT, folder),
        env: { ...process.env, PATH },
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      })
      const counted = countIn(report)
      if (status === 0) return counted
      console.error(`${folder} on Node ${version}\n${stdout}${stderr}`)
      return { ...counted, failed: Math.max(counted.failed, 1) }
    }),
  )
}

/** The program, from npm unless it is there already. */
function installed(version: string): string | undefined {
  const folder = join(CACHE, version)
  const node = join(folder, 'node_modules/node/bin/node')
  if (answers(node, version)) return node
  mkdirSync(folder, { recursive: true })
  const install = ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--prefix', folder]
  const { stderr } = spawnSync('npm', [...install, `node@${version}`], { encoding: 'utf8' })
  if (answers(node, version)) return node
  console.error(`npm could not install Node ${version}:\n${stderr}`)
  return undefined
}

function answers(node: string, version: string): boolean {
  return existsSync(node) && spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim() === `v${version}`
}

function majorOf(version: string): string {
  return version.slice(0, version.indexOf('.'))
}
