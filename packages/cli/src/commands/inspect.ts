import type { Seconds } from '@encrypted-session/core'
import type { Command } from 'commander'
import { existsSync, statSync } from 'node:fs'
import type { Answer } from '../answer.ts'
import { parseDuration } from '../duration.ts'
import { UsageError } from '../failure.ts'
import { PROGRAM } from '../help.ts'
import { readAll } from '../input.ts'
import { inspectCookie } from '../inspection/inspection.ts'
import { inspectionJson } from '../inspection/inspection-json.ts'
import { inspectionText } from '../inspection/inspection-text.ts'
import { findKeyring, type KeyringOption, KEYS_STDIN_OPTION } from '../keyset/keyring-option.ts'
import { KEYSET_OPTION, quoted } from '../keyset/keyset-option.ts'
import { beginsAsKey } from '../secrets.ts'
import type { Surroundings } from '../surroundings.ts'
import { teachingCommand } from '../teaching-command.ts'
import type { World } from '../world.ts'

interface InspectOptions extends KeyringOption {
  readonly cookieName?: string
  readonly audience?: string
  readonly absolute?: Seconds
  readonly idle?: Seconds | 'off'
}

/** `inspect`: what a cookie is, what it holds, and whether it would be accepted. */
export function addInspect(parent: Command, { tell, world }: Surroundings): void {
  teachingCommand(
    parent,
    'inspect',
    'Shows what a session cookie is and, with the keys, what it holds and whether the app would accept it. Exit code 1 when it would not; without the keys the answer is Unknown, with exit code 0.',
    {
      examples: [
        [
          'inspect - --keyset keys.json < cookie.txt',
          'From a file, so that the cookie does not stand in the history of the shell. Several headers, or a copy as cURL, do too.',
        ],
        [
          "inspect 'Cookie: a=b; __Host-Http-session=AQ…'",
          'A whole header, in quotes. Without keys: its key, its size and its chunks.',
        ],
      ],
      next: "The data that is shown is a visitor's own: do not leave it in tickets and chats.\nA cookie that is not accepted does no harm: the visitor gets a fresh session.",
    },
  )
    .argument('<cookie>', "the cookie's value, or headers in quotes, or - for stdin")
    .option(...KEYSET_OPTION)
    .option(...KEYS_STDIN_OPTION)
    .option('--cookie-name <name>', "the app's cookie.name. Default: the one that is found")
    .option('--audience <audience>', "the app's audience, if it has one")
    .option('--absolute <time>', "the app's lifetime.absolute. Default: 7d, like the library's", parseDuration)
    .option(
      '--idle <time>',
      "the app's lifetime.idle, or off. Default: 24h, or --absolute where that is shorter",
      parseIdle,
    )
    .action(async (cookie: string, options: InspectOptions) => tell(await inspectAnswer(cookie, options, world)))
}

async function inspectAnswer(argument: string, options: InspectOptions, world: World): Promise<Answer> {
  if (argument === '-' && options.keysStdin) {
    throw new UsageError('Stdin can give the cookie or the keys, not both.')
  }
  const text = argument === '-' ? await readAll(world) : checkedArgument(argument)
  if (beginsAsKey(text)) {
    throw new UsageError('This is a key, not a cookie. Keys come in with --keyset or --keys-stdin.')
  }
  const { absolute, audience, cookieName, idle } = options
  const found = await findKeyring(options, world)
  const inspection = await inspectCookie({ text, found, cookieName, audience, absolute, idle, now: world.now() })
  return {
    text: (style) => inspectionText(inspection, style),
    json: inspectionJson(inspection),
    verdict: inspection.accepted === 'no' ? 'no' : 'yes',
  }
}

/** What is typed in the place of a cookie by mistake. */
function checkedArgument(argument: string): string {
  if (existsSync(argument) && statSync(argument).isFile()) {
    const file = quoted(argument)
    throw new UsageError(`${argument} is a file. To look at the cookie in it: ${PROGRAM} inspect - < ${file}`)
  }
  return argument
}

function parseIdle(text: string): Seconds | 'off' {
  return text === 'off' ? 'off' : parseDuration(text)
}
