import { addKey } from '@encrypted-session/core/keyset'
import type { Command } from 'commander'
import { type Changed, changeKeyset, keysetCommand, type Told } from '../../keyset/keyset-change.ts'
import { newIds } from '../../keyset/keyset-facts.ts'
import type { KeysetOption } from '../../keyset/keyset-option.ts'
import { RETIRE_COMMAND, RETIRE_TIME } from '../../keyset/retire-command.ts'
import { waitingTexts } from '../../keyset/waiting-key.ts'
import type { Surroundings } from '../../surroundings.ts'
import { secretOf } from '../../secrets.ts'

interface AddOptions extends KeysetOption {
  readonly primary?: true
}

/** `keys add`: one key more, by hand. */
export function addKeysAdd(parent: Command, surroundings: Surroundings): void {
  keysetCommand(
    parent,
    'add',
    'Adds a new key that opens and does not seal yet. To rotate, use rotate: it needs no second command.',
    {
      examples: [['keys add --keyset keys.json', 'A key that waits until you promote it.']],
      next: 'When every process has read the file: keys promote <id>.',
    },
  )
    .option(
      '--primary',
      'let it seal at once. A process that has not read the file yet gives its visitors a fresh session',
    )
    .action((options: AddOptions) =>
      changeKeyset(
        options,
        surroundings,
        async (keyset, { generateKey, now }) =>
          addKey(keyset, secretOf(await generateKey()), options.primary ? 'primary' : 'active', now()),
        (changed) => told(changed, options),
      ),
    )
}

function told(changed: Changed, { primary }: AddOptions): Told {
  const { after, again, before } = changed
  const keys = newIds(before, after)
  const id = keys.join()
  return {
    done: 'added',
    keys,
    sentence: ({ bold }) =>
      `Added key ${bold(id)}. ${primary ? 'It seals from now on; the keys before it go on opening.' : 'It opens, and seals nothing yet.'}`,
    next: primary
      ? [
          ...waitingTexts(changed),
          `nothing for now. Old keys go when their cookies have expired (${RETIRE_TIME}):\n  ${again(RETIRE_COMMAND)}`,
        ].join('\n')
      : `when every process has read the file: ${again(`keys promote ${id}`)}`,
  }
}
