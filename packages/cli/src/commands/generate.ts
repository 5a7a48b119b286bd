import type { Command } from 'commander'
import type { Answer } from '../answer.ts'
import { PROGRAM } from '../help.ts'
import type { Surroundings } from '../surroundings.ts'
import { teachingCommand } from '../teaching-command.ts'
import type { World } from '../world.ts'

interface GenerateOptions {
  readonly env?: true
}

/** `generate`: prints a new key. */
export function addGenerate(parent: Command, { tell, world }: Surroundings): void {
  teachingCommand(
    parent,
    'generate',
    'Prints a new key: 32 random bytes as one line of text that begins with esk_. Whoever has it can make sessions: keep it secret.',
    {
      examples: [
        ['generate --env >> .env', 'Adds SESSION_KEYS=esk_… to a file that belongs in .gitignore.'],
        ['generate', 'Prints the key alone, for the place where your host keeps secrets.'],
      ],
      next: `The app reads it: createSessions({ keyring: () => parseKeyring(process.env.SESSION_KEYS) }).
A file of keys is easier to rotate: ${PROGRAM} keys create --help`,
    },
  )
    .option('--env', 'print it as a line of an .env file: SESSION_KEYS=esk_…')
    .action(async (options: GenerateOptions) => tell(await generate(options, world)))
}

async function generate({ env }: GenerateOptions, { generateKey }: World): Promise<Answer> {
  const key = await generateKey()
  return {
    text: () => (env ? `SESSION_KEYS=${key}` : key),
    json: env ? { SESSION_KEYS: key } : { key },
    hint: ({ dim }, output) => {
      if (output === 'shown') return dim('Keep it secret, and out of the repository. It is shown this once.')
      return env && dim('Added to a file? Run this once only; chmod 600 .env.')
    },
    keys: 'shown',
  }
}
