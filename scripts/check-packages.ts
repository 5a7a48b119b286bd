/** Every published package, as its tarball: publint, the types under every module resolution that can load it, and a run. */
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const SCOPE = '@encrypted-session/'

const temporary = mkdtempSync(join(tmpdir(), 'packages-'))
const failures: string[] = []
try {
  for (const manifest of globSync('packages/*/package.json', { cwd: ROOT })) {
    const folder = join(ROOT, dirname(manifest))
    // The fields that pnpm requires of any package.json.
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly name: string }
    check(name, folder)
  }
} finally {
  rmSync(temporary, { recursive: true })
}
for (const failure of failures) console.error(`failed: ${failure}`)
process.exitCode = failures.length === 0 ? 0 : 1

function check(name: string, folder: string): void {
  const packed = join(temporary, 'packed', name.slice(SCOPE.length))
  mkdirSync(packed, { recursive: true })
  const pack = run(`pack ${name}`, 'pnpm', ['pack', '--pack-destination', packed], folder)
  const tarball = readdirSync(packed).find((file) => file.endsWith('.tgz'))
  if (!pack || tarball === undefined) return
  const path = join(packed, tarball)
  run(`publint ${name}`, 'publint', ['run', path, '--strict'], folder)
  run(`attw ${name}`, 'attw', [path, '--profile', 'esm-only', '--no-emoji'], folder)
  load(name, folder, path)
}

/** Every entry loads from what the tarball holds, with nothing of ours around it but its declared dependencies. */
function load(name: string, folder: string, tarball: string): void {
  const home = join(temporary, 'installed', name, 'node_modules')
  const installed = join(home, name)
  mkdirSync(installed, { recursive: true })
  if (!run(`unpack ${name}`, 'tar', ['-xzf', tarball, '--strip-components=1', '-C', installed], folder)) return
  for (const dependency of declared(installed)) {
    mkdirSync(dirname(join(home, dependency)), { recursive: true })
    symlinkSync(join(folder, 'node_modules', dependency), join(home, dependency))
  }
  for (const entry of entries(installed)) {
    const path = join(name, entry)
    run(`load ${path}`, 'node', ['--input-type=module', '-e', `await import('${path}')`], dirname(home))
  }
}

/** The modules that the package exports. */
function entries(folder: string): readonly string[] {
  // Every package of ours has a map of entries.
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly exports: object }
  return Object.keys(exports).filter((entry) => !entry.endsWith('.json'))
}

function declared(folder: string): readonly string[] {
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  if (/"(workspace|catalog):/u.test(manifest)) failures.push(`a workspace protocol in ${manifest}`)
  // The fields that npm defines.
  const { dependencies, peerDependencies } = JSON.parse(manifest) as {
    readonly dependencies?: Readonly<Record<string, string>>
    readonly peerDependencies?: Readonly<Record<string, string>>
  }
  return Object.keys({ ...dependencies, ...peerDependencies })
}

function run(label: string, command: string, args: readonly string[], cwd: string): boolean {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) {
    console.log(`ok: ${label}`)
    return true
  }
  failures.push(label)
  console.error(`${label}\n${stdout}${stderr}`)
  return false
}
