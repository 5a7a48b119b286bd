/** Every example in the documentation compiles against the built packages, and every relative link leads somewhere. */
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { COMPILED, complaintsOfCompiler, type Exports, type Page } from './example-program.ts'
import { examplesOf } from './examples.ts'
import { linkInstalled } from './installed.ts'

const ROOT = resolve(import.meta.dirname, '..')
const PAGES = ['*.md', '.changeset/*.md', '{apps,packages}/*/*.md', 'bench/**/*.md', 'docs/**/*.md', 'spec/**/*.md']
const SOURCES = 'packages/*/src/**/*.ts'
const NOT_PAGES = ['node_modules', 'dist', 'CHANGELOG.md']

/** What doc comments of an adapter need not import either: its framework. */
const FRAMEWORKS: Readonly<Record<string, readonly Exports[]>> = {
  hono: [{ from: 'hono', names: ['Hono'] }],
  next: [
    { from: 'next', names: ['GetServerSidePropsContext', 'NextApiRequest', 'NextApiResponse'] },
    { from: 'next/server', names: ['NextResponse'] },
  ],
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
  "```tsx\nimport '@encrypted-session/next'\nexport const page = <main lang={1} />\n```",
  '* indented:\n\n  ```tsx\n  undeclared()\n  ```',
]

const home = mkdtempSync(join(ROOT, '.docs-'))
try {
  linkInstalled(ROOT, home)
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }')

  const pages = [...pagesIn(PAGES), ...commentsIn(SOURCES)]
  const planted = PLANTED.map((text, at): Page => ({ path: `planted-${at}.md`, text, beside: [] }))
  const all = await judged([...pages, ...planted])
  const complaints = all.slice(0, pages.length).flat()
  const missed = PLANTED.filter((_text, at) => all[pages.length + at]?.length === 0)
  for (const complaint of complaints) console.error(complaint)
  for (const text of missed) console.error(`planted and not caught: ${text}`)
  if (complaints.length + missed.length === 0) {
    const examples = pages.reduce((sum, { text }) => sum + examplesOf(text, COMPILED).length, 0)
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
    return { path, text, beside: besideOf(path) }
  })
}

/** Its package, the framework of that, and core; where two export one name, the entry that shows this source. */
function besideOf(path: string): readonly Exports[] {
  const name = path.split('/')[1] ?? ''
  const entries = [...entriesOf(name), ...(name === 'core' ? [] : entriesOf('core'))]
  const shows = (text: string): number => Number(text.includes(`'./${path.split('/src/')[1]}'`))
  return [
    ...entries.toSorted((one, other) => shows(other.text) - shows(one.text)).map(({ exports }) => exports),
    ...(FRAMEWORKS[name] ?? []),
  ]
}

/** What a package exports, entry by entry. */
function entriesOf(name: string): readonly { readonly text: string; readonly exports: Exports }[] {
  const folder = join(ROOT, 'packages', name)
  // Every package of ours has a map of entries.
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly exports: object }
  return Object.keys(exports)
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => {
      const text = readFileSync(join(folder, 'src', `${entry === '.' ? 'index' : entry}.ts`), 'utf8')
      return { text, exports: { from: join('@encrypted-session', name, entry), names: namesIn(text) } }
    })
}

function namesIn(index: string): readonly string[] {
  const lists = index.matchAll(/^export (?:type )?\{([^}]*)\}/gmu)
  // "name", "type name" or "name as other": the last word is what importers write.
  const names = Array.from(lists, ([, list = '']) =>
    list.split(',').map((each) => each.trim().split(' ').at(-1) ?? ''),
  ).flat()
  return names.filter((word) => word !== '' && word !== 'default')
}

function files(patterns: readonly string[]): readonly string[] {
  return globSync([...patterns], { cwd: ROOT, exclude: (path) => NOT_PAGES.includes(basename(path)) }).toSorted()
}

/** What is wrong with each page, as many at a time as the machine has processors. */
async function judged(pages: readonly Page[]): Promise<readonly (readonly string[])[]> {
  const all: (readonly string[])[] = []
  const waiting = pages.entries()
  const work = async (): Promise<void> => {
    for (const [at, page] of waiting) all[at] = await complaintsOf(page)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return all
}

async function complaintsOf(page: Page): Promise<readonly string[]> {
  const compiler = await complaintsOfCompiler(page, home, join(ROOT, 'tsconfig.base.json'))
  return [...brokenLinks(page), ...unseenExamples(page), ...compiler]
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
  const fences = Array.from(text.matchAll(/^[ \t]*```(?:tsx?|typescript)\b/gmu)).length
  return fences === examplesOf(text, COMPILED).length
    ? []
    : [`${path}: a fence of TypeScript is not a plain "\`\`\`ts" or "\`\`\`tsx" at the margin`]
}
