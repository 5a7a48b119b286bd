/** Every ```ts example in the documentation compiles against the built packages, and every relative link leads somewhere. */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const PAGES = ['*.md', '.changeset/*.md', '{apps,packages}/*/*.md', 'bench/**/*.md', 'docs/**/*.md', 'spec/**/*.md']
const SOURCES = 'packages/*/src/**/*.ts'
const NOT_PAGES = ['node_modules', 'dist', 'CHANGELOG.md']

/** What examples import: an app that has installed core, an adapter and its framework. */
const INSTALLED = 'apps/fastify/node_modules'

/** What an example may use without declaring it: what its reader has, whatever the page is about. */
const PRELUDE = `
import type { Sessions } from '@encrypted-session/core'
import type { SessionApp } from '@encrypted-session/testing'
import type { FastifyInstance } from 'fastify'
declare global {
  const app: FastifyInstance
  const sessions: Sessions<{ user?: { name: string }; cart: { item: string; quantity: number }[] }>
  const start: SessionApp['start']
}`

/** Libraries that examples name and nothing here installs: their own types are not checked. */
const NOT_INSTALLED = `
declare module 'zod' {
  export const z: any
  export namespace z {
    type infer<Schema> = any
  }
}
declare module 'valibot' {
  export const strictObject: any, optional: any, string: any, array: any, number: any
  export type InferOutput<Schema> = any
}`

/** What examples import and only the adapter's own tests have installed. */
const PATHS = {
  '@fastify/websocket': [join(ROOT, 'packages/fastify/node_modules/@fastify/websocket/types/index.d.ts')],
}

const OPTIONS = {
  // As strict as this repository, but for what concerns libraries only.
  declaration: false,
  isolatedDeclarations: false,
  noPropertyAccessFromIndexSignature: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
  paths: PATHS,
}

interface Page {
  readonly path: string
  readonly text: string
  /** What an example need not import: its own package, where it is a doc comment. */
  readonly beside: readonly Exports[]
}

/** The names that a package exports. */
interface Exports {
  readonly from: string
  readonly names: readonly string[]
}

/** The code of one fence, and the line of the page on which it begins. */
interface Example {
  readonly line: number
  readonly code: string
}

/** Text that this check must refuse, or it refuses nothing. */
const PLANTED: readonly string[] = [
  '[text](nowhere.md)',
  '![picture](../nowhere.png)',
  '[text](README.md#no-such-heading)',
  "```ts\nconst count: number = 'one'\n```",
  "```ts\nimport { createSession } from '@encrypted-session/core'\n```",
  '```ts\nundeclared()\n```',
  '* indented:\n\n  ```ts\n  undeclared()\n  ```',
  '```typescript\nundeclared()\n```',
]

const home = mkdtempSync(join(ROOT, '.docs-'))
try {
  symlinkSync(join(ROOT, INSTALLED), join(home, 'node_modules'))
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }')

  const pages = [...pagesIn(PAGES), ...commentsIn(SOURCES)]
  const complaints = pages.flatMap(complaintsOf)
  const missed = PLANTED.filter((text, at) => {
    return complaintsOf({ path: `planted-${at}.md`, text, beside: [] }).length === 0
  })
  for (const complaint of complaints) console.error(complaint)
  for (const text of missed) console.error(`planted and not caught: ${text}`)
  if (complaints.length + missed.length === 0) {
    const examples = pages.reduce((sum, { text }) => sum + examplesOf(text).length, 0)
    const links = pages.reduce((sum, { text }) => sum + linksOf(text).length, 0)
    console.log(
      `${examples} examples compile and ${links} links lead somewhere; ${PLANTED.length} planted mistakes were all caught.`,
    )
  }
  process.exitCode = complaints.length + missed.length === 0 ? 0 : 1
} finally {
  rmSync(home, { recursive: true })
}

function pagesIn(patterns: readonly string[]): readonly Page[] {
  return files(patterns).map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8'), beside: [] }))
}

/** The doc comments of a source as a page of their own, line by line where they stand. */
function commentsIn(pattern: string): readonly Page[] {
  return files([pattern]).map((path) => {
    const lines = readFileSync(join(ROOT, path), 'utf8').split('\n')
    const text = lines.map((line) => /^\s*\* ?(.*)$/u.exec(line)?.[1] ?? '').join('\n')
    return { path, text, beside: ['core', path.split('/')[1] ?? ''].flatMap(exportsOf) }
  })
}

function exportsOf(name: string): readonly Exports[] {
  const index = join(ROOT, `packages/${name}/src/index.ts`)
  if (!existsSync(index)) return []
  const lists = readFileSync(index, 'utf8').matchAll(/^export (?:type )?\{([^}]*)\}/gmu)
  // "name", "type name" or "name as other": the last word is what importers write.
  const names = Array.from(lists, ([, list = '']) =>
    list.split(',').map((each) => each.trim().split(' ').at(-1) ?? ''),
  ).flat()
  return [{ from: `@encrypted-session/${name}`, names: names.filter((word) => word !== '' && word !== 'default') }]
}

function files(patterns: readonly string[]): readonly string[] {
  return globSync([...patterns], { cwd: ROOT, exclude: (path) => NOT_PAGES.includes(basename(path)) }).toSorted()
}

function complaintsOf(page: Page): readonly string[] {
  return [...brokenLinks(page), ...unseenExamples(page), ...wrongExamples(page)]
}

function brokenLinks({ path, text }: Page): readonly string[] {
  return linksOf(text)
    .filter(({ target }) => !leadsSomewhere(path, target))
    .map(({ line, target }) => `${path}:${line}: the link leads nowhere: ${target}`)
}

/** The relative links of a page, outside of code. */
function linksOf(text: string): readonly { readonly line: number; readonly target: string }[] {
  return withoutCode(text)
    .split('\n')
    .flatMap((content, at) => {
      const targets = Array.from(content.matchAll(/\]\(([^()\s]+)\)/gu), ([, target = '']) => target)
      return targets.filter((target) => !/^[a-z]+:/u.test(target)).map((target) => ({ line: at + 1, target }))
    })
}

function leadsSomewhere(from: string, target: string): boolean {
  const [file = '', heading] = target.split('#')
  const path = file === '' ? join(ROOT, from) : join(ROOT, dirname(from), file)
  if (!existsSync(path)) return false
  return heading === undefined || headingsOf(readFileSync(path, 'utf8')).includes(heading)
}

/** What headings are called in links, by GitHub's rule: lower case, hyphens for spaces, no punctuation. */
function headingsOf(text: string): readonly string[] {
  return Array.from(withoutCode(text).matchAll(/^#+ (.+)$/gmu), ([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )
}

/** The text with code blanked out, line by line. Code between single backticks keeps its words, which headings may hold. */
function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gmu, (code) => '\n'.repeat(code.split('\n').length - 1))
}

/** An example that is fenced in another way would be passed over. */
function unseenExamples({ path, text }: Page): readonly string[] {
  const fences = Array.from(text.matchAll(/^[ \t]*```(?:ts|typescript)\b/gmu)).length
  return fences === examplesOf(text).length
    ? []
    : [`${path}: a fence of TypeScript is not a plain "\`\`\`ts" at the margin`]
}

function wrongExamples({ path, text, beside }: Page): readonly string[] {
  const examples = examplesOf(text)
  if (examples.length === 0) return []
  // A page is a program: its examples may import each other, and its declarations meet no other page's.
  const folder = mkdtempSync(join(home, 'page-'))
  const compilerOptions = { ...OPTIONS, verbatimModuleSyntax: beside.length === 0 }
  const tsconfig = { extends: join(ROOT, 'tsconfig.base.json'), compilerOptions, include: ['**/*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
  writeFileSync(join(folder, 'prelude.d.ts'), PRELUDE)
  writeFileSync(join(folder, 'not-installed.d.ts'), NOT_INSTALLED)
  for (const { line, code } of examples) {
    const file = join(folder, /^\/\/ (\S+\.ts)$/mu.exec(code.split('\n')[0] ?? '')?.[1] ?? `line-${line}.ts`)
    if (existsSync(file)) return [`${path}:${line}: a second example is called ${basename(file)}`]
    mkdirSync(dirname(file), { recursive: true })
    // Moved down to where it stands on the page, so that the compiler's line numbers are the page's.
    writeFileSync(file, importsFor(code, beside) + '\n'.repeat(line - 1) + code)
  }
  const { status, stdout } = spawnSync('tsc', ['-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' })
  if (status === 0) return []
  return stdout
    .trim()
    .split('\n')
    .map((message) => message.replace(/^\S+?\((\d+),\d+\)/u, `${path}:$1`))
}

function importsFor(code: string, beside: readonly Exports[]): string {
  const own = Array.from(code.matchAll(/^import .*$/gmu), ([line]) => line).join()
  const seen = new Set<string>()
  return beside
    .map(({ from, names }) => {
      const missing = names.filter((name) => !seen.has(name) && !new RegExp(`\\b${name}\\b`, 'u').test(own))
      for (const name of missing) seen.add(name)
      return `import { ${missing.join(', ')} } from '${from}'; `
    })
    .join('')
}

function examplesOf(text: string): readonly Example[] {
  return Array.from(text.matchAll(/^```ts\n([\s\S]*?)^```$/gmu), ({ index, 1: code = '' }) => ({
    line: text.slice(0, index).split('\n').length + 1,
    code,
  }))
}
