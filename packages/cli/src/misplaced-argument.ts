import { type Command, CommanderError } from 'commander'
import { UsageError } from './failure.ts'
import { quoted } from './keyset/keyset-option.ts'
import { beginsAsKey } from './secrets.ts'

/** Throws for a key among the words of a command line: whatever else is wrong with it matters less. */
export function checkNoKey(argv: readonly string[]): void {
  if (!argv.some(beginsAsKey)) return
  throw new UsageError(
    'A key stands on the command line. It is in your shell history now: treat it as leaked. Keys come in with --keyset, SESSION_KEYS or --keys-stdin.',
  )
}

/** An error of the command line; for a command or a keyset that stands in the wrong place, one that names the right one. */
export function withPlace(error: unknown, program: Command, argv: readonly string[]): unknown {
  if (!(error instanceof CommanderError)) return error
  if (error.code === 'commander.unknownCommand') return withPlaceOfCommand(error, program)
  const file = argv.find((word) => word.endsWith('.json'))
  if (error.code !== 'commander.excessArguments' || argv[0] !== 'keys' || file === undefined) return error
  return argv.some((word) => word.startsWith('--keyset'))
    ? error
    : new UsageError(`Did you mean --keyset ${quoted(file)}?`)
}

function withPlaceOfCommand(error: CommanderError, program: Command): CommanderError {
  const [, name] = /^error: unknown command '([a-z]+)'/u.exec(error.message) ?? []
  const path = name === undefined ? undefined : pathOf(program, name)
  if (path === undefined) return error
  return new CommanderError(error.exitCode, error.code, `error: unknown command '${name}' (Did you mean ${path}?)`)
}

/** The words that a user types for the command of a name, wherever it is. */
function pathOf({ commands }: Command, name: string): string | undefined {
  if (name === 'help') return undefined
  for (const command of commands) {
    if (command.name() === name) return name
    const below = pathOf(command, name)
    if (below !== undefined) return `${command.name()} ${below}`
  }
  return undefined
}
