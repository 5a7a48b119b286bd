import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Example, examplesOf } from './examples.ts'

/** A page, or the doc comments of one source. */
export interface Page {
  readonly path: string
  readonly text: string
  /** What an example need not import: its own package and framework, where it is a doc comment. */
  readonly beside: readonly Exports[]
}

/** Names that a module exports. */
export interface Exports {
  readonly from: string
  readonly names: readonly string[]
}

export const COMPILED: readonly string[] = ['ts', 'tsx']

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

/** What Next writes beside an app: the parameters of its routes. */
const ROUTES = `
type RouteContext<Route extends string> = {
  readonly params: Promise<Record<Route extends \`\${string}[\${infer Name}]\${string}\` ? Name : never, string>>
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
}
declare module 'cloudflare:workers' {
  export const env: { readonly SESSION_KEYS: string }
  export function waitUntil(promise: Promise<unknown>): void
}
declare module '@aws-sdk/client-secrets-manager' {
  export class GetSecretValueCommand {
    constructor(input: { SecretId: string })
  }
  export class SecretsManagerClient {
    send(command: GetSecretValueCommand, options?: { abortSignal?: AbortSignal }): Promise<{ SecretString?: string }>
  }
}
declare module '@google-cloud/secret-manager' {
  export class SecretManagerServiceClient {
    accessSecretVersion(request: {
      name: string
    }): Promise<[{ payload?: { data?: Uint8Array | string | null } | null }, unknown, unknown]>
  }
}`

/** As strict as this repository, but for what concerns libraries only. */
const OPTIONS = {
  declaration: false,
  // Not every library is; `WebSocketServer` of ws is none for `@hono/node-server` with it.
  exactOptionalPropertyTypes: false,
  isolatedDeclarations: false,
  noPropertyAccessFromIndexSignature: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
}

/** As an app made by Next is compiled. */
const NEXT_OPTIONS = {
  module: 'esnext',
  moduleResolution: 'bundler',
  jsx: 'react-jsx',
  lib: ['es2024', 'dom', 'dom.iterable'],
}

/**
 * What the compiler says of a page's examples. A page is a program: its examples may import each other, and its
 * declarations meet no other page's. `home` has the modules that examples import, `base` the compiler's options.
 */
export async function complaintsOfCompiler(page: Page, home: string, base: string): Promise<readonly string[]> {
  const { path, text, beside } = page
  const examples = examplesOf(text, COMPILED)
  if (examples.length === 0) return []
  const folder = mkdtempSync(join(home, 'page-'))
  const compilerOptions = {
    ...OPTIONS,
    verbatimModuleSyntax: beside.length === 0,
    ...(isForNext(page, examples) && NEXT_OPTIONS),
  }
  const include = ['**/*.ts', '**/*.tsx']
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: base, compilerOptions, include }))
  writeFileSync(join(folder, 'prelude.d.ts'), preludeFor(text))
  writeFileSync(join(folder, 'routes.d.ts'), ROUTES)
  writeFileSync(join(folder, 'not-installed.d.ts'), NOT_INSTALLED)
  for (const { line, language, code, file = `line-${line}.${language}` } of examples) {
    const target = join(folder, file)
    if (existsSync(target)) return [`${path}:${line}: a second example is called ${basename(file)}`]
    mkdirSync(dirname(target), { recursive: true })
    // Moved down to where it stands on the page, so that the compiler's line numbers are the page's.
    writeFileSync(target, importsFor(code, beside) + '\n'.repeat(line - 1) + code)
  }
  const messages = await compiled(folder)
  return messages.map((message) => message.replace(/^\S+?\((\d+),\d+\)/u, `${path}:$1`))
}

function isForNext({ beside }: Page, examples: readonly Example[]): boolean {
  const modules = beside.map(({ from }) => `'${from}'`)
  return [...modules, ...examples.map(({ code }) => code)].some((text) => text.includes("'@encrypted-session/next"))
}

/** Without what the page declares for everybody by itself, as Next needs it. */
function preludeFor(text: string): string {
  return PRELUDE.replaceAll(/^ {2}const (\w+): .*\n/gmu, (line, name: string) => {
    return text.includes(`\n  var ${name}: `) ? '' : line
  })
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

async function compiled(folder: string): Promise<readonly string[]> {
  const tsc = spawn('tsc', ['-p', folder, '--pretty', 'false'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  tsc.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  return new Promise((resolve, reject) => {
    tsc.once('error', reject)
    tsc.once('close', (status) => {
      resolve(status === 0 ? [] : output.trim().split('\n'))
    })
  })
}
