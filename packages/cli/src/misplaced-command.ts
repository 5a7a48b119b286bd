import { type Command, CommanderError } from 'commander'

/** An error of the command line; for a command that there is in another place, one that names the place. */
export function withPlace(error: unknown, program: Command): unknown {
  if (!(error instanceof CommanderError) || error.code !== 'commander.unknownCommand') return error
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
