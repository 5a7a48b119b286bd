import { InvalidArgumentError } from 'commander'
import { UsageError } from '../failure.ts'
import type { World } from '../world.ts'

/** How a user says which file. */
export interface KeysetOption {
  readonly keyset?: string
}

/** The keyset file that is meant, and how to mean it again. */
export interface KeysetFile {
  readonly path: string
  /** What a command line needs to name it: empty where the environment does. */
  readonly flag: string
}

/** For `.option(…)` of every command that takes it. */
export const KEYSET_OPTION: readonly [flags: string, description: string, parse: (path: string) => string] = [
  '--keyset <file>',
  'the keyset file. Default: the path in SESSION_KEYSET',
  (path) => {
    // A script's variable that is not set: another file than the one that was meant must not be changed.
    if (path === '') throw new InvalidArgumentError('Say the path of the keyset file.')
    return path
  },
]

/** The file that the command line names, or the environment; `undefined` when neither does. */
export function findKeysetFile({ keyset }: KeysetOption, env: World['env']): KeysetFile | undefined {
  if (keyset !== undefined) return { path: keyset, flag: ` --keyset ${quoted(keyset)}` }
  const path = env['SESSION_KEYSET'] ?? ''
  return path === '' ? undefined : { path, flag: '' }
}

/** The same for commands that cannot do without. Throws what to type. */
export function keysetFile(options: KeysetOption, env: World['env']): KeysetFile {
  const file = findKeysetFile(options, env)
  if (file === undefined) {
    throw new UsageError('Which keyset? Say --keyset <file>, or set SESSION_KEYSET to its path.')
  }
  return file
}

/** A word as a POSIX shell takes it for one. */
export function quoted(word: string): string {
  return /^[\w./:@=+-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
