import type { Command } from 'commander'
import { type Lesson, lessonText } from './help.ts'
import { wrapped } from './wrapped.ts'

/** Adds a command to its parent, with the lesson in its help and its first clause in the list of its parent's commands. */
export function teachingCommand(parent: Command, usage: string, description: string, lesson: Lesson): Command {
  return parent
    .command(usage)
    .summary(description.split(/[:.](?: |$)/u)[0] ?? description)
    .description(description)
    .addHelpText('after', ({ command, error }) => {
      const output = command.configureOutput()
      const width = error ? output.getErrHelpWidth?.() : output.getOutHelpWidth?.()
      return wrapped(lessonText(lesson), width ?? 80)
    })
}
