import type { MaybePromise } from '@encrypted-session/core'
import type { Keyset } from '@encrypted-session/core/keyset'
import { updateKeysetFile } from '@encrypted-session/core/keyset-file'
import type { Command } from 'commander'
import type { Answer } from '../answer.ts'
import { UsageError } from '../failure.ts'
import { type Lesson, PROGRAM } from '../help.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Style } from '../style.ts'
import { teachingCommand } from '../teaching-command.ts'
import type { World } from '../world.ts'
import { keysetJson } from './keyset-facts.ts'
import { KEYSET_OPTION, type KeysetFile, keysetFile, type KeysetOption } from './keyset-option.ts'

/** A keyset before and after what a command did. */
export interface Changed {
  readonly before: Keyset
  readonly after: Keyset
  readonly now: number
  /** A command line on the same keyset, to type next. */
  readonly again: (commandLine: string) => string
}

/** What a command says of its change. */
export interface Told {
  /** The word for programs: `rotated`. */
  readonly done: string
  /** The key or keys that it is about. */
  readonly keys: readonly string[]
  readonly sentence: (style: Style) => string
  readonly next: string
}

/** Adds a command of `keys`, with the option that says which keyset. */
export function keysetCommand(parent: Command, usage: string, description: string, lesson: Lesson): Command {
  return teachingCommand(parent, usage, description, lesson).option(...KEYSET_OPTION)
}

/** Changes the keyset that is meant, and says what was done. Throws when there is none, or the change is refused. */
export async function changeKeyset(
  options: KeysetOption,
  { world, tell }: Surroundings,
  change: (keyset: Keyset, world: World) => MaybePromise<Keyset>,
  told: (changed: Changed) => Told,
): Promise<void> {
  const file = keysetFile(options, world.env)
  const now = world.now()
  let before: Keyset | undefined
  const after = await updateKeysetFile(
    file.path,
    (present) => {
      before = present
      if (present === undefined) throw missingKeyset(file)
      return change(present, world)
    },
    now,
  )
  tell(changeAnswer(told({ before: before ?? after, after, now, again: commandLineOn(file) }), after, file, now))
}

/** What to do next, for people. */
export function nextText(next: string, { dim, prose }: Style): string {
  return `${dim('Next:')} ${prose(next, 'Next: '.length)}`
}

/** What is printed of a change. */
export function changeAnswer(
  { done, keys, next, sentence }: Told,
  after: Keyset,
  file: KeysetFile,
  now: number,
): Answer {
  return {
    text: (style) => `${style.prose(sentence(style))}\n\n${nextText(next, style)}`,
    json: { done, ...(keys.length > 0 && { ids: keys }), file: file.path, ...keysetJson(after, now) },
  }
}

/** Completes command lines by the program's name and the keyset. */
export function commandLineOn({ flag }: KeysetFile): (commandLine: string) => string {
  return (commandLine) => `${PROGRAM} ${commandLine}${flag}`
}

/** The error for a keyset that was never made. */
export function missingKeyset(file: KeysetFile): UsageError {
  return new UsageError(`There is no keyset at ${file.path}. Make one: ${commandLineOn(file)('keys create')}`)
}
