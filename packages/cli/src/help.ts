/** What a user types to start the program, wherever it is. */
export const PROGRAM = 'npx @encrypted-session/cli'

/** What a command's help shows below its options. */
export interface Lesson {
  /** Command lines without the program's own name, each with what it does. */
  readonly examples: readonly (readonly [commandLine: string, does: string])[]
  /** What comes after this command. */
  readonly next: string
}

/** The lesson as text, for `addHelpText`. */
export function lessonText({ examples, next }: Lesson): string {
  const lines = examples.map(([commandLine, does]) => `  ${PROGRAM} ${commandLine}\n      ${does}`)
  return `\nExamples:\n${lines.join('\n')}\n\nWhat comes next:\n${indented(next, 2)}`
}

/** A text with every line moved to the right. */
function indented(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gmu, ' '.repeat(by))
}
