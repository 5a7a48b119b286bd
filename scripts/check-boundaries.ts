/** The import rule holds in this tree, and each of its rules fails on a breach planted in a copy of it. */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const SOURCES = ['packages/*/src', 'apps/*', 'bench', 'scripts']
const NOT_SOURCES = ['node_modules', 'dist', '.next', '.turbo', '.vitest']

interface Cruise {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: {
    readonly violations: readonly {
      readonly from: string
      readonly to: string
      readonly rule: { readonly name: string }
    }[]
  }
}

/** A rule and an import that breaks it: the file that holds it is planted in `folder`, as a test where `test` says so. */
interface Breach {
  readonly rule: string
  readonly folder: string
  readonly imports: string
  readonly test?: true
}

const CORE = 'packages/core/src'
const BREACHES: readonly Breach[] = [
  { rule: 'resolvable', folder: `${CORE}/codec`, imports: './nowhere.ts' },
  { rule: 'no-cycle', folder: `${CORE}/codec`, imports: './cycle.ts' },
  { rule: 'no-undeclared', folder: 'packages/fastify/src', imports: 'vitest' },
  { rule: 'fixtures-for-tests', folder: `${CORE}/sessions`, imports: './store.fixture.ts' },
  { rule: 'no-app-import', folder: 'packages/fastify/src', imports: '../../../apps/fastify/src/main.ts', test: true },
  { rule: 'no-app-import', folder: 'scripts', imports: '../apps/fastify/src/main.ts' },
  { rule: 'no-app-to-app', folder: 'apps/koa/src', imports: '../../fastify/src/main.ts' },
  { rule: 'no-bench-import', folder: 'apps/fastify/src', imports: '../../../bench/src/main.ts' },
  { rule: 'core-alone', folder: `${CORE}/sessions`, imports: 'fast-check' },
  { rule: 'core-by-its-entry', folder: 'packages/fastify/src', imports: '../../core/src/index.ts' },
  { rule: 'core-by-its-entry', folder: 'packages/testing/src', imports: '../../core/dist/seal/aead.web.js' },
  { rule: 'core-by-its-entry', folder: 'packages/testing/src', imports: '../../core/src/keyset.ts' },
  { rule: 'core-by-its-entry', folder: 'packages/fastify/src', imports: '../../core/dist/keyset-file.js' },
  {
    rule: 'programs-by-entries',
    folder: 'apps/fastify/src',
    imports: '../../../packages/core/src/index.ts',
    test: true,
  },
  { rule: 'programs-by-entries', folder: 'packages/cli/src', imports: '../../core/src/index.ts' },
  { rule: 'programs-by-entries', folder: 'packages/cli/src', imports: '../../core/src/keyset-file.ts' },
  { rule: 'no-adapter-to-package', folder: 'packages/fastify/src', imports: '../../testing/src/index.ts' },
  { rule: 'no-adapter-to-adapter', folder: 'packages/koa/src', imports: '../../fastify/src/index.ts', test: true },
  { rule: 'no-package-to-package', folder: 'packages/testing/src', imports: '../../fastify/src/index.ts' },
  { rule: 'demo-below-apps', folder: 'packages/demo/src', imports: '../../fastify/src/index.ts' },
  { rule: 'base-imports-nothing', folder: `${CORE}/base`, imports: '../codec/planted.ts' },
  { rule: 'seal-codec-cookie-apart', folder: `${CORE}/seal`, imports: '../codec/planted.ts' },
  { rule: 'seal-codec-cookie-apart', folder: `${CORE}/codec`, imports: '../cookie/planted.ts' },
  { rule: 'seal-codec-cookie-apart', folder: `${CORE}/cookie`, imports: '../seal/planted.ts' },
  { rule: 'seal-codec-cookie-apart', folder: `${CORE}/cookie`, imports: '#aead' },
  { rule: 'sessions-on-top', folder: `${CORE}/seal`, imports: '../sessions/planted.ts' },
  { rule: 'sessions-on-top', folder: `${CORE}/codec`, imports: '#diagnostics' },
  { rule: 'sessions-on-top', folder: `${CORE}/cookie`, imports: '../sessions/planted.ts' },
  { rule: 'http-last', folder: `${CORE}/sessions`, imports: '../http/planted.ts' },
  { rule: 'http-last', folder: `${CORE}/cookie`, imports: '../http/planted.ts' },
  { rule: 'http-last', folder: `${CORE}/keyset`, imports: '../http/planted.ts' },
  { rule: 'keyset-over-seal', folder: `${CORE}/keyset`, imports: '../sessions/planted.ts' },
  { rule: 'keyset-over-seal', folder: `${CORE}/keyset`, imports: '../codec/planted.ts' },
  { rule: 'keyset-over-seal', folder: `${CORE}/keyset`, imports: '../cookie/planted.ts' },
  { rule: 'keyset-over-seal', folder: `${CORE}/keyset`, imports: '#deflate' },
  { rule: 'keyset-by-its-entries', folder: CORE, imports: './keyset/planted.ts' },
  { rule: 'keyset-by-its-entries', folder: `${CORE}/base`, imports: '../keyset/planted.ts' },
  { rule: 'keyset-by-its-entries', folder: `${CORE}/seal`, imports: '../keyset/planted.ts' },
  { rule: 'keyset-by-its-entries', folder: `${CORE}/sessions`, imports: '../keyset/planted.ts' },
  { rule: 'keyset-by-its-entries', folder: `${CORE}/http`, imports: '../keyset/planted.ts' },
  { rule: 'entries-last', folder: `${CORE}/sessions`, imports: '../index.ts' },
  { rule: 'entries-last', folder: `${CORE}/sessions`, imports: '../keyset.ts' },
  { rule: 'entries-last', folder: `${CORE}/keyset`, imports: '../keyset-file.ts' },
  { rule: 'entries-last', folder: `${CORE}/http`, imports: '../fetch.ts' },
  { rule: 'node-only-in-node-files', folder: `${CORE}/http`, imports: 'node:http' },
  { rule: 'entries-last', folder: `${CORE}/sessions`, imports: '../store.ts' },
  { rule: 'core-by-its-entry', folder: 'packages/testing/src', imports: '../../core/src/revocation.ts' },
  { rule: 'node-only-in-node-files', folder: `${CORE}/seal`, imports: 'node:crypto' },
  { rule: 'node-only-in-node-files', folder: `${CORE}/base`, imports: 'node:buffer' },
  { rule: 'platform-by-condition', folder: `${CORE}/seal`, imports: './aead.web.ts' },
  { rule: 'platform-by-condition', folder: `${CORE}/keyset`, imports: '../seal/aead.node.ts' },
]

const kept = cruise(ROOT)
const seen = new Set(kept.modules.map(({ source }) => source))
const complaints = [
  ...kept.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  // Seeing nothing is how such a check dies: without a parser for TypeScript every rule holds.
  ...sources()
    .filter((source) => !seen.has(source))
    .map((source) => `not looked at: ${source}`),
  ...missed(),
]
for (const complaint of complaints) console.error(complaint)
if (complaints.length === 0) {
  console.log(`${seen.size} modules keep the import rule; ${BREACHES.length} planted breaches were all caught.`)
}
process.exitCode = complaints.length === 0 ? 0 : 1

function cruise(root: string): Cruise {
  const folders = globSync(SOURCES, { cwd: root })
  const { stdout, stderr } = spawnSync('depcruise', ['--config', '.dependency-cruiser.js', '-T', 'json', ...folders], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser gave no answer:\n${stderr}`)
  // The shape is dependency-cruiser's own, pinned with its version.
  return JSON.parse(stdout) as Cruise
}

function sources(): readonly string[] {
  return globSync(
    SOURCES.map((folder) => `${folder}/**/*.ts`),
    { cwd: ROOT, exclude: (path) => NOT_SOURCES.includes(basename(path)) },
  )
}

/** The breaches that nobody noticed in a copy of the tree. */
function missed(): readonly string[] {
  const copy = mkdtempSync(join(tmpdir(), 'boundaries-'))
  try {
    plant(copy)
    // A cycle has two ends and is reported at one of them.
    const caught = new Set(
      cruise(copy).summary.violations.flatMap(({ rule, from, to }) => [`${rule.name} ${from}`, `${rule.name} ${to}`]),
    )
    return BREACHES.filter((breach, at) => !caught.has(`${breach.rule} ${fileOf(breach, at)}`)).map(
      ({ rule, folder, imports }) => `planted and not caught by ${rule}: ${folder} → ${imports}`,
    )
  } finally {
    rmSync(copy, { recursive: true })
  }
}

function plant(copy: string): void {
  for (const top of ['packages', 'apps', 'bench', 'scripts']) {
    cpSync(join(ROOT, top), join(copy, top), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !['.next', '.turbo', '.vitest'].includes(basename(path)),
    })
  }
  for (const file of ['package.json', '.dependency-cruiser.js']) cpSync(join(ROOT, file), join(copy, file))
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))

  for (const room of ['base', 'codec', 'seal', 'cookie', 'keyset', 'sessions', 'http']) {
    write(copy, `${CORE}/${room}/planted.ts`, 'export {}')
  }
  BREACHES.forEach((breach, at) => write(copy, fileOf(breach, at), `import '${breach.imports}'`))
  const cycle = BREACHES.findIndex(({ rule }) => rule === 'no-cycle')
  write(copy, `${CORE}/codec/cycle.ts`, `import './planted-${cycle}.ts'`)
}

function fileOf({ folder, test }: Breach, at: number): string {
  return `${folder}/planted-${at}${test ? '.test' : ''}.ts`
}

function write(root: string, file: string, text: string): void {
  const path = join(root, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${text}\n`)
}
