import { type Seconds, SessionError } from '@encrypted-session/core'
import { type Keyset, rotateKeys } from '@encrypted-session/core/keyset'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { formatDuration, parseDuration } from '../../duration.ts'
import { formatMoment } from '../../moment.ts'
import { type Changed, changeKeyset, commandLineOn, keysetCommand, type Told } from '../../keyset/keyset-change.ts'
import { keyOf, newIds, sealingId } from '../../keyset/keyset-facts.ts'
import { keysetFile, type KeysetOption } from '../../keyset/keyset-option.ts'
import { leakedTexts } from '../../keyset/leaked-keys.ts'
import { RETIRE_COMMAND, RETIRE_TIME } from '../../keyset/retire-command.ts'
import { waitingKey } from '../../keyset/waiting-key.ts'
import type { Surroundings } from '../../surroundings.ts'
import { secretOf } from '../../secrets.ts'

interface RotateOptions extends KeysetOption {
  readonly propagate: Seconds
}

/** Keys of `createLoadedKeyring` may be twice five minutes old. */
const FIFTEEN_MINUTES = 900
/** A process looks at the file every five seconds, and may be late. */
const THREE_LOOKS = 15
/** The library refuses more too, but does not know how it was typed. */
const YEAR = 365 * 86_400

/** `keys rotate`: a new key that takes over by itself. */
export function addKeysRotate(parent: Command, surroundings: Surroundings): void {
  keysetCommand(
    parent,
    'rotate',
    'Adds a new key that every process opens at once and that begins to seal a little later, when all have read the file. Nobody is logged out, and nothing has to be restarted.',
    {
      examples: [
        ['keys rotate --keyset keys.json', 'The new key seals in 15 minutes.'],
        ['keys rotate --propagate 0s --keyset keys.json', 'At once: after a leak, before the old key is revoked.'],
      ],
      next: 'Nothing. When the cookies of the old key have expired: keys retire.',
    },
  )
    .addOption(
      new Option(
        '--propagate <time>',
        'how long every process has to read the file before the new key seals: longer than it takes a changed file, or secret, to reach all machines; with createLoadedKeyring, three times refreshEvery',
      )
        .argParser(parsePropagate)
        .default(FIFTEEN_MINUTES, '15m'),
    )
    .action((options: RotateOptions) =>
      changeKeyset(
        options,
        surroundings,
        async (keyset, { env, generateKey, now }) => {
          checkNoneWaits(keyset, now(), commandLineOn(keysetFile(options, env)))
          return rotateKeys(keyset, secretOf(await generateKey()), options, now())
        },
        told,
      ),
    )
}

function parsePropagate(text: string): Seconds {
  const propagate = parseDuration(text)
  if (propagate > YEAR) throw new InvalidArgumentError('It can be a year at most: 365d.')
  return propagate
}

/** The library refuses this too, but cannot know by which commands one goes on: after a leak nobody can wait. */
function checkNoneWaits(keyset: Keyset, now: Seconds, again: Changed['again']): void {
  const waiting = waitingKey(keyset, now)
  if (waiting === undefined) return
  const { activateAt, id } = waiting
  throw new SessionError(
    'ERR_KEYSET_INVALID',
    `Key ${id} begins to seal at ${formatMoment(activateAt)}. Wait until then, or
  let it seal at once:   ${again(`keys promote ${id}`)}
  call it off:           ${again(`keys demote ${id}`)}
  if it may have leaked: ${again(`keys revoke ${id}`)}`,
  )
}

function told({ after, again, before, now }: Changed): Told {
  const keys = newIds(before, after)
  const id = keys.join()
  const old = sealingId(before, now)
  const activateAt = keyOf(after, id)?.key.activateAt ?? now
  const retire = `when the cookies of ${old} have expired (${RETIRE_TIME}):\n  ${again(RETIRE_COMMAND)}`
  return {
    done: 'rotated',
    keys,
    sentence: ({ bold }) =>
      activateAt > now
        ? `Added key ${bold(id)}. It seals from ${formatMoment(activateAt)} on, in ${formatDuration(activateAt - now)}.
Until then ${old} goes on sealing; then it only opens. Nobody is logged out${activateAt - now < THREE_LOOKS ? ', if every process has read the file by then' : ''}.`
        : `Added key ${bold(id)}. It seals from now on, and ${old} only opens.
A server that has not read the file yet does not know it. If such a server answers a visitor who has a new cookie, that visitor may be logged out.`,
    next:
      activateAt > now
        ? `nothing. The new key takes over by itself, without a restart.\nLater, ${retire}`
        : [
            `if ${old} has leaked:\n  ${again(`keys revoke ${old}`)}`,
            ...leakedTexts(after, now, [old]),
            `If nothing has leaked, ${retire}`,
          ].join('\n'),
  }
}
