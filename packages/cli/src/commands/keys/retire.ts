import { days, type Seconds } from '@encrypted-session/core'
import { type Keyset, lastUseOf, retireKeys, settledKeyset } from '@encrypted-session/core/keyset'
import { type Command, InvalidArgumentError } from 'commander'
import { formatDuration, parseDuration } from '../../duration.ts'
import { formatMoment } from '../../moment.ts'
import { type Changed, changeKeyset, keysetCommand, type Told } from '../../keyset/keyset-change.ts'
import { keyOf } from '../../keyset/keyset-facts.ts'
import type { KeysetOption } from '../../keyset/keyset-option.ts'
import { RETIRE_COMMAND } from '../../keyset/retire-command.ts'
import type { Surroundings } from '../../surroundings.ts'

interface RetireOptions extends KeysetOption {
  readonly olderThan: Seconds
}

/** `keys retire`: keys whose cookies have all expired open nothing more. */
export function addKeysRetire(parent: Command, surroundings: Surroundings): void {
  keysetCommand(
    parent,
    'retire',
    'Makes keys inactive that have sealed nothing for longer than a session can live: every cookie that they sealed has expired.',
    {
      examples: [
        [
          `${RETIRE_COMMAND} --keyset keys.json`,
          'For an app whose longest lifetime.absolute is 30 days: that, and a day for servers that were late.',
        ],
      ],
      next: 'If usage shows REFUSED growing for the key: keys promote <id>. If not: keys revoke <id> deletes its secret.',
    },
  )
    .usage('--older-than <time> [options]')
    .requiredOption(
      '--older-than <time>',
      'required: your longest lifetime.absolute, that of lifetime.persistent included, and a day',
      parseOlderThan,
    )
    .action((options: RetireOptions) =>
      changeKeyset(
        options,
        surroundings,
        (keyset, { now }) => retireKeys(keyset, options.olderThan, now()),
        (changed) => told(changed, options),
      ),
    )
}

function parseOlderThan(text: string): Seconds {
  const olderThan = parseDuration(text)
  if (olderThan > 0) return olderThan
  throw new InvalidArgumentError(
    'That would end sessions of every key but the one that seals. Give your longest lifetime.absolute; to end one key: keys demote <id>.',
  )
}

function told({ after, again, before, now }: Changed, { olderThan }: RetireOptions): Told {
  const keys = retired(before, after)
  const length = formatDuration(olderThan)
  if (keys.length === 0) {
    const reason = settledKeyset(after, now).keys.some(({ key }) => key.status === 'active')
      ? `Nothing to retire: every active key has sealed something in the last ${length}, or is younger.`
      : 'Nothing to retire: no key is active, that is, opens without sealing.'
    return {
      done: 'retired',
      keys,
      sentence: () => [reason, ...takeoverTexts(before, after)].join('\n'),
      next: whenNext(after, olderThan, now) ?? 'nothing.',
    }
  }
  const isOne = keys.length === 1
  const each = (command: string): string => keys.map((id) => `  ${again(`keys ${command} ${id}`)}`).join('\n')
  return {
    done: 'retired',
    keys,
    sentence: ({ bold }) =>
      [
        `Retired ${keys.map(bold).join(', ')}: sealed nothing for ${length}, and ${isOne ? 'opens' : 'open'} nothing from now on.`,
        ...(olderThan < DEFAULT_ABSOLUTE
          ? [
              `Visitors whose cookie ${isOne ? 'it' : 'they'} sealed get a fresh session, unless your lifetime.absolute is shorter than that.`,
            ]
          : []),
      ].join('\n'),
    next: `nothing. If usage shows REFUSED growing for ${isOne ? keys.join() : 'one of them'}:
${each('promote')}
If not, delete ${isOne ? 'its secret' : 'the secrets'} later:
${each('revoke')}`,
  }
}

/** The library's own longest lifetime: an app with a shorter one has set it. */
const DEFAULT_ABSOLUTE: Seconds = days(7)

/** What was written down all the same: the keys before a takeover no longer count as primary. */
function takeoverTexts(before: Keyset, after: Keyset): readonly string[] {
  if (after.revision === before.revision) return []
  const relieved = after.keys
    .filter(({ key }) => key.status === 'active' && keyOf(before, key.id)?.key.status === 'primary')
    .map(({ key }) => key.id)
  return [
    `Written down: ${relieved.join(', ')} no longer ${relieved.length === 1 ? 'seals' : 'seal'} (revision ${after.revision}).`,
  ]
}

function retired(before: Keyset, after: Keyset): readonly string[] {
  return after.keys
    .filter(({ key }) => key.status === 'inactive' && keyOf(before, key.id)?.key.status !== 'inactive')
    .map(({ key }) => key.id)
}

/** When the next key can go, if one is on its way. */
function whenNext(keyset: Keyset, olderThan: Seconds, now: Seconds): string | undefined {
  const [first] = settledKeyset(keyset, now)
    .keys.filter(({ key }) => key.status === 'active')
    .map((entry) => ({ id: entry.key.id, at: lastUseOf(entry) + olderThan }))
    .toSorted((one, other) => one.at - other.at)
  return first && `${first.id} can be retired from ${formatMoment(first.at)} on: run this again then.`
}
