import { promoteKey } from '@encrypted-session/core/keyset'
import type { Command } from 'commander'
import { KEY_ID_ARGUMENT } from '../../keyset/key-id-argument.ts'
import { type Changed, changeKeyset, keysetCommand, type Told } from '../../keyset/keyset-change.ts'
import { keyOf } from '../../keyset/keyset-facts.ts'
import type { KeysetOption } from '../../keyset/keyset-option.ts'
import { waitingTexts } from '../../keyset/waiting-key.ts'
import type { Surroundings } from '../../surroundings.ts'

/** `keys promote`: one step up. */
export function addKeysPromote(parent: Command, surroundings: Surroundings): void {
  keysetCommand(
    parent,
    'promote',
    'Lifts a key by one step: an inactive one opens again, an active one seals from now on, and so does one that waits for its time.',
    {
      examples: [['keys promote 1a2b3c4d --keyset keys.json', 'One step up for this key.']],
      next: 'After a step to active: a second promote, if it should seal. After a step to primary: nothing.',
    },
  )
    .argument(...KEY_ID_ARGUMENT)
    .action((id: string, options: KeysetOption) =>
      changeKeyset(
        options,
        surroundings,
        (keyset, { now }) => promoteKey(keyset, id, now()),
        (changed) => told(changed, id),
      ),
    )
}

function told(changed: Changed, id: string): Told {
  const { after, again } = changed
  const seals = keyOf(after, id)?.key.status === 'primary'
  return {
    done: 'promoted',
    keys: [id],
    sentence: ({ bold }) =>
      seals
        ? `Promoted ${bold(id)}: primary. It seals from now on; the key before it only opens. Nobody is logged out, if every process has read the file.`
        : `Promoted ${bold(id)}: active. It opens again what it has sealed.`,
    next: seals
      ? (waitingTexts(changed)[0] ?? 'nothing.')
      : `nothing. To let it seal, too: ${again(`keys promote ${id}`)}`,
  }
}
