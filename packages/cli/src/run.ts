import { type ExitCode, exitCodeOf, printAnswer } from './answer.ts'
import { failureOf, isHelp, printFailure } from './failure.ts'
import { checkNoKey, withPlace } from './misplaced-argument.ts'
import { createProgram } from './program.ts'
import type { World } from './world.ts'

/** Runs one command line, without `node` and the program's own name, and answers the exit code. Never throws. */
export async function run(argv: readonly string[], world: World): Promise<ExitCode> {
  // Looked for by hand, since what is wrong with the command line is told in this form too.
  const form = argv.includes('--json') ? 'json' : 'text'
  let exitCode: ExitCode = 0
  const program = createProgram(world, form, (answer) => {
    printAnswer(answer, form, world)
    exitCode = exitCodeOf(answer)
  })
  try {
    checkNoKey(argv)
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    const failure = failureOf(withPlace(error, program, argv))
    if (failure === undefined) return 0
    // People have been shown the help, which says it all.
    if (form === 'json' || !isHelp(error)) printFailure(failure, form, world)
    return 2
  }
  return exitCode
}
