import { Command } from 'commander'
import type { Answer, Form } from './answer.ts'
import { addGenerate } from './commands/generate.ts'
import { addInspect } from './commands/inspect.ts'
import { addKeys } from './commands/keys.ts'
import { addSeal } from './commands/seal.ts'
import { PROGRAM } from './help.ts'
import { hasColours, styleFor } from './style.ts'
import type { Surroundings } from './surroundings.ts'
import type { World } from './world.ts'

/** The program with all its commands, for one run. */
export function createProgram(world: World, form: Form, tell: (answer: Answer) => void): Command {
  const { env, stderr, stdout, version } = world
  const program = new Command(PROGRAM)
    .description(
      'Keys and cookies of EncryptedSession: makes keys, rotates them while the site is up, looks into a cookie, seals one for a test.',
    )
    .version(version)
    .addHelpText('after', FIRST_STEPS)
    .configureHelp({ styleTitle: (title) => styleFor(stdout, env).bold(title), showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      // What is wrong with a command line is told by run.ts, like every failure.
      outputError: () => undefined,
      writeErr: (text) => void (form === 'text' && stderr.write(text)),
      getOutHelpWidth: () => stdout.columns ?? 80,
      getErrHelpWidth: () => stderr.columns ?? 80,
      getOutHasColors: () => hasColours(stdout, env),
      getErrHasColors: () => hasColours(stderr, env),
    })
    .exitOverride()
  const surroundings: Surroundings = { world, tell }
  addGenerate(program, surroundings)
  addKeys(program, surroundings)
  addInspect(program, surroundings)
  addSeal(program, surroundings)
  addJson(program)
  addHelp(program)
  return program
}

/** Last, so that it stands below what is a command's own. */
function addJson(command: Command): void {
  if (command.commands.length === 0) command.option('--json', 'answer in JSON, errors too')
  command.commands.forEach(addJson)
}

/** In the place of commander's own, which shows the help of everything for a command that it does not know, and does not say so. */
function addHelp(command: Command): void {
  if (command.commands.length === 0) return
  command.commands.forEach(addHelp)
  command
    .helpCommand(false)
    .command('help [command...]')
    .description('display help for command')
    .allowUnknownOption()
    .allowExcessArguments()
    .action((names: readonly string[]) => {
      let found = command
      for (const name of names) {
        const next = found.commands.find((each) => each.name() === name)
        if (next === undefined) command.error(`error: unknown command '${name}'`, { code: 'commander.unknownCommand' })
        found = next
      }
      found.help()
    })
}

const FIRST_STEPS = `
First steps:
  ${PROGRAM} generate --env >> .env
      One key in an environment variable: enough to begin.
  ${PROGRAM} keys create --keyset keys.json
      A file of keys, to be rotated without a restart and without a logout.

Keys come from a file (--keyset, or the path in SESSION_KEYSET), from
SESSION_KEYS or from stdin, never from arguments, which other users of the
machine can see.
Exit codes: 0 done, 1 the answer is no, 2 wrong use or refused.`
