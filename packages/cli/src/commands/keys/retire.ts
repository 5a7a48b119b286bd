import type { Seconds } from '@encrypted-session/core'
import { type Keyset, retireKeys, settledKeyset } from '@encrypted-session/core/keyset'
import { type Command, InvalidArgumentError } from 'commander'
import { formatDuration, parseDuration } from '../../duration.ts'
import { formatMoment } from '../../moment.ts'
import { type Changed, changeKeyset, keysetCommand, type Told } from '../../keyset/keyset-change.ts'
import { keyOf } from '../../keyset/keyset-facts.ts'
import type { KeysetOption } from '../../keyset/keyset-option.ts'
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
        ['keys retire --older-than 30d --keyset keys.json', 'For an app whose longest lifetime.absolute is 30 days.'],
      ],
      next: 'If somebody misses a key after all: keys promote <id>. If nobody does: keys revoke <id> deletes its secret.',
    },
  )
    .requiredOption(
      '--older-than <time>',
      'your longest lifetime.absolute, that of lifetime.persistent included',
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
    return {
      done: 'retired',
      keys,
      sentence: () =>
        settledKeyset(after, now).keys.some(({ key }) => key.status === 'active')
          ? `Nothing to retire: every active key has sealed something in the last ${length}, or is younger.`
          : 'Nothing to retire: no key is active, that is, opens without sealing.',
      next: whenNext(after, olderThan, now) ?? 'nothing.',
    }
  }
  const each = (command: string): string => keys.map((id) => again(`keys ${command} ${id}`)).join('\n')
  return {
    done: 'retired',
    keys,
    sentence: ({ bold }) =>
      `Retired ${keys.map(bold).join(', ')}: sealed nothing for ${length}, and ${keys.length === 1 ? 'opens' : 'open'} nothing from now on.`,
    next:
      keys.length === 1
        ? `nothing. If somebody misses a key: ${each('promote')}\nIf nobody does, delete its secret: ${each('revoke')}`
        : `nothing. If somebody misses a key:\n${each('promote')}\nIf nobody does, delete the secrets:\n${each('revoke')}`,
  }
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
    .map(({ createdAt, key, sealedUntil }) => ({ id: key.id, at: (sealedUntil ?? createdAt) + olderThan }))
    .toSorted((one, other) => one.at - other.at)
  return first && `the same again from ${formatMoment(first.at)} on, for ${first.id}.`
}
