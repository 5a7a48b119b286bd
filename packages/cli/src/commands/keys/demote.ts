import { demoteKey } from '@encrypted-session/core/keyset'
import type { Command } from 'commander'
import { KEY_ID_ARGUMENT } from '../../keyset/key-id-argument.ts'
import { type Changed, changeKeyset, keysetCommand, type Told } from '../../keyset/keyset-change.ts'
import { keyOf, sealingId } from '../../keyset/keyset-facts.ts'
import type { KeysetOption } from '../../keyset/keyset-option.ts'
import type { Surroundings } from '../../surroundings.ts'

/** `keys demote`: one step down. */
export function addKeysDemote(parent: Command, surroundings: Surroundings): void {
  keysetCommand(
    parent,
    'demote',
    'Lowers a key by one step: one that waits to seal only opens, which calls a rotation off; an active one opens nothing more.',
    {
      examples: [['keys demote 1a2b3c4d --keyset keys.json', 'One step down for this key.']],
      next: 'To take it back: keys promote <id>.',
    },
  )
    .argument(...KEY_ID_ARGUMENT)
    .action((id: string, options: KeysetOption) =>
      changeKeyset(
        options,
        surroundings,
        (keyset, { now }) => demoteKey(keyset, id, now()),
        (changed) => told(changed, id),
      ),
    )
}

function told({ after, again, now }: Changed, id: string): Told {
  const opens = keyOf(after, id)?.key.status === 'active'
  return {
    done: 'demoted',
    keys: [id],
    sentence: ({ bold }) =>
      opens
        ? `Demoted ${bold(id)}: active. It will not seal; ${sealingId(after, now)} goes on.`
        : `Demoted ${bold(id)}: inactive. It opens nothing: whoever has a cookie that it sealed gets a fresh session.`,
    next: opens
      ? `nothing; it still opens. To let it seal after all: ${again(`keys promote ${id}`)}
If it has leaked, or to delete it for good: ${again(`keys revoke ${id}`)}`
      : `nothing. To take it back: ${again(`keys promote ${id}`)}`,
  }
}
