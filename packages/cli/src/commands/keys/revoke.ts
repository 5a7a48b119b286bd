import { type Seconds, SessionError } from '@encrypted-session/core'
import { type Keyset, revokeKey } from '@encrypted-session/core/keyset'
import type { Command } from 'commander'
import { KEY_ID_ARGUMENT } from '../../keyset/key-id-argument.ts'
import { type Changed, changeKeyset, commandLineOn, keysetCommand, type Told } from '../../keyset/keyset-change.ts'
import { hasSealedNothing, keyFacts, keyOf, sealingId } from '../../keyset/keyset-facts.ts'
import { keysetFile, type KeysetOption } from '../../keyset/keyset-option.ts'
import { leakedTexts } from '../../keyset/leaked-keys.ts'
import { formatMoment } from '../../moment.ts'
import { waitingKey, waitingTexts } from '../../keyset/waiting-key.ts'
import type { Surroundings } from '../../surroundings.ts'

/** `keys revoke`: a key's secret is deleted. */
export function addKeysRevoke(parent: Command, surroundings: Surroundings): void {
  keysetCommand(
    parent,
    'revoke',
    'Deletes the secret of a key, for good. Whoever has a cookie that it sealed is logged out with the next request. The key that seals cannot be revoked: rotate first.',
    {
      examples: [
        ['keys rotate --propagate 0s --keyset keys.json', 'When a key has leaked: a new one first …'],
        ['keys revoke 1a2b3c4d --keyset keys.json', '… then the leaked one goes.'],
      ],
      next: 'If the whole file has leaked, every key in it has: revoke them all.\nNothing for the app: a process that watches the file drops the key within seconds.\nDelete the copies of the file, too: backups still hold the secret.',
    },
  )
    .argument(...KEY_ID_ARGUMENT)
    .action((id: string, options: KeysetOption) =>
      changeKeyset(
        options,
        surroundings,
        (keyset, { env, now }) => {
          checkReplaced(keyset, { id, now: now(), again: commandLineOn(keysetFile(options, env)) })
          return revokeKey(keyset, id, now())
        },
        (changed) => told(changed, id),
      ),
    )
}

const ROTATE_AT_ONCE = 'keys rotate --propagate 0s'

/** The library refuses this too, but cannot know by which command the way is made free. */
function checkReplaced(
  keyset: Keyset,
  { again, id, now }: { readonly id: string; readonly now: Seconds; readonly again: Changed['again'] },
): void {
  if (sealingId(keyset, now) !== id) return
  // While one waits, a second rotation is refused; and where a file has leaked, the one that waits has leaked with it.
  const waiting = waitingKey(keyset, now)?.id
  const steps = [...(waiting === undefined ? [] : [`keys revoke ${waiting}`]), ROTATE_AT_ONCE, `keys revoke ${id}`]
  const other = waiting ?? keyFacts(keyset, now).find(({ role }) => role === 'opens')?.id
  const commands = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${again(line)}`)
  const lines = [
    `Key ${id} is the one that seals, and there must always be one.`,
    waiting === undefined
      ? 'Let a new one seal first:'
      : `${waiting} waits and may have leaked with it: delete it, make a new one, delete the old one:`,
    ...commands(steps),
    ...(other === undefined
      ? []
      : [
          `If ${other} is safe: promote it, then revoke ${id}:`,
          ...commands([`keys promote ${other}`, `keys revoke ${id}`]),
        ]),
  ]
  throw new SessionError('ERR_KEYSET_INVALID', lines.join('\n'))
}

const COPIES = 'nothing for the app. Copies of the file, such as backups, still hold the secret: delete them.'
/** While it opened, a session that a thief made with it and used was sealed by the key that seals, and is now good without this one. */
function afterLeakText(now: Seconds): string {
  const at = now + THREE_MINUTES
  return `If it has leaked: three minutes from now, at ${formatMoment(at)} or later, set lifetime.notBefore: ${at} and deploy, or call revokeAll(). That ends what a thief had written anew meanwhile.`
}

/** A session may claim to begin two minutes ahead; and every server has to drop the key first. */
const THREE_MINUTES: Seconds = 180

const WHO_IS_LOGGED_OUT = {
  inactive: 'It was inactive and opened nothing, so nobody is logged out.',
  unused: 'It had sealed nothing: nobody is logged out.',
  used: 'Whoever has a cookie that it sealed is logged out: with the next request, once the process has read the file again.',
}

function told(changed: Changed, id: string): Told {
  const { after, before, now } = changed
  const past =
    keyOf(before, id)?.key.status === 'inactive' ? 'inactive' : hasSealedNothing(before, id, now) ? 'unused' : 'used'
  return {
    done: 'revoked',
    keys: [id],
    sentence: ({ bold }) =>
      `Revoked ${bold(id)}: its secret is deleted and cannot be brought back.\n${WHO_IS_LOGGED_OUT[past]}`,
    next: [
      ...waitingTexts(changed),
      COPIES,
      ...(past === 'inactive' ? [] : [afterLeakText(now)]),
      ...leakedTexts(after, now),
    ].join('\n'),
  }
}
