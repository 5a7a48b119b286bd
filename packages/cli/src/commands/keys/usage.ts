import type { Seconds } from '@encrypted-session/core'
import { readKeysetFile } from '@encrypted-session/core/keyset-file'
import type { Command } from 'commander'
import type { Answer } from '../../answer.ts'
import { parseDuration } from '../../duration.ts'
import { UsageError } from '../../failure.ts'
import { existing } from '../../keyset/existing-keyset.ts'
import { commandLineOn, keysetCommand, nextText } from '../../keyset/keyset-change.ts'
import { keyFacts } from '../../keyset/keyset-facts.ts'
import { keysetFile, type KeysetOption } from '../../keyset/keyset-option.ts'
import { RETIRE_COMMAND, RETIRE_TIME } from '../../keyset/retire-command.ts'
import { formatMoment } from '../../moment.ts'
import type { Surroundings } from '../../surroundings.ts'
import { countUsage } from '../../usage/key-usage.ts'
import { logLines } from '../../usage/log-lines.ts'
import { usageText } from '../../usage/usage-text.ts'
import { type UsedKey, usedKeys } from '../../usage/used-key.ts'
import type { World } from '../../world.ts'

interface UsageOptions extends KeysetOption {
  readonly since?: Seconds
}

/** `keys usage`: which keys visitors still need. */
export function addKeysUsage(parent: Command, { tell, world }: Surroundings): void {
  keysetCommand(
    parent,
    'usage',
    "Counts how many cookies each key has opened lately, from the app's log: a key that opens nothing any more can be retired.",
    {
      examples: [
        [
          'keys usage app.log --since 7d --keyset keys.json',
          'From a log with one JSON object in each line, such as pino writes.',
        ],
        ['keys usage a.log b.log --keyset keys.json', 'From the logs of several servers.'],
        ['keys usage --keyset keys.json < app.log', 'From stdin.'],
      ],
      next: `The log gets the events in the app, with any logger that writes JSON:
createSessions({ keyring, onEvent: (event) => logger.info({ event }) })
A key that opened nothing for a week or longer: keys retire.`,
    },
  )
    .argument('[log...]', 'the logs, of every server. Default: stdin')
    .option('--since <time>', 'only events that are younger. Default: all', parseDuration)
    .action(async (logs: readonly string[], options: UsageOptions) => tell(await usage(logs, options, world)))
}

async function usage(logs: readonly string[], options: UsageOptions, world: World): Promise<Answer> {
  const { env, now: clock, stdin } = world
  const now = clock()
  const file = keysetFile(options, env)
  const keyset = await existing(file, readKeysetFile(file.path, now))
  if ((logs.length === 0 || logs.includes('-')) && stdin.isTTY === true) {
    throw new UsageError('Which log? Name a file of JSON lines, or give it on stdin: … keys usage < app.log')
  }
  const since = options.since === undefined ? undefined : now - options.since
  const known = { keys: keyFacts(keyset, now), revoked: keyset.revoked.map(({ id }) => id) }
  const knownIds = new Set([...known.keys.map(({ id }) => id), ...known.revoked])
  const counted = await countUsage(logLines(logs, world), { knownIds, since, now })
  const used = usedKeys(known, counted, now)
  const retire = `retire it (${RETIRE_TIME}):\n  ${commandLineOn(file)(RETIRE_COMMAND)}`
  return {
    text: (style) =>
      usageText(used, counted, { keyset: file.path, log: logNames(logs), now }, style) +
      (used.some(({ advice }) => advice === 'can-retire') ? `\n\n${nextText(retire, style)}` : ''),
    json: {
      file: file.path,
      events: counted.events,
      otherLines: counted.otherLines,
      undated: counted.undated,
      ahead: counted.ahead,
      otherKeyEvents: counted.otherKeyEvents,
      ...(counted.from !== undefined && { from: formatMoment(counted.from) }),
      ...(counted.to !== undefined && { to: formatMoment(counted.to) }),
      keys: used.map(usedKeyJson),
    },
  }
}

function usedKeyJson({ advice, id, status, usage: { lastOpenedAt, ...counts } }: UsedKey): unknown {
  return {
    id,
    status,
    ...counts,
    ...(lastOpenedAt !== undefined && { lastOpenedAt: formatMoment(lastOpenedAt) }),
    ...(advice !== undefined && { advice }),
  }
}

function logNames(logs: readonly string[]): string {
  return (logs.length === 0 ? ['-'] : logs).map((log) => (log === '-' ? 'the log on stdin' : log)).join(', ')
}
