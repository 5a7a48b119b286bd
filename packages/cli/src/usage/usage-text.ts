import type { Seconds } from '@encrypted-session/core'
import { formatDuration } from '../duration.ts'
import { formatDistance, formatMoment } from '../moment.ts'
import type { Style } from '../style.ts'
import { table } from '../table.ts'
import { adviceTexts } from './advice-text.ts'
import type { Usage } from './key-usage.ts'
import { countOf, openedByStrangers, type UsedKey } from './used-key.ts'

/** Whoever sends cookies can make up ids: no more of them are shown than leave the keys in sight. */
const MOST_STRANGERS = 5

/** What was looked at, in words. */
interface UsageFiles {
  readonly keyset: string
  readonly log: string
}

/** The usage of keys for people. */
export function usageText(
  used: readonly UsedKey[],
  usage: Usage,
  { now, ...files }: UsageFiles & { readonly now: Seconds },
  style: Style,
): string {
  const strangers = openedByStrangers(used)
  const known = used.filter(({ status }) => status !== 'unknown')
  // They stand last.
  const shown = used.slice(0, known.length + MOST_STRANGERS)
  const rows = [
    ['KEY', 'STATUS', 'OPENED', 'LAST OPENED', 'SEALED', 'REFUSED'],
    ...shown.map(({ id, status, usage: { lastOpenedAt, opened, rejected, sealed } }) => [
      id,
      status,
      String(opened),
      lastOpenedAt === undefined ? '-' : formatDistance(lastOpenedAt, now),
      String(sealed),
      String(rejected),
    ]),
  ]
  const keys = table(rows, (cell, row) => (row === 0 ? style.dim(cell) : cell))
  const rest = used.slice(shown.length).reduce((sum, key) => sum + countOf(key.usage), usage.otherKeyEvents)
  const paragraphs = [
    periodText(usage),
    rest === 0
      ? keys
      : `${keys}\n${style.dim(`and ${counted(rest, 'more event')} of keys that this keyset never had`)}`,
    ...(strangers.length === 0 ? adviceTexts(used, usage, now, style) : [strangersText(strangers, files, style)]).map(
      (text) => style.prose(text),
    ),
    otherTexts(usage).map(style.dim).join('\n'),
  ]
  return paragraphs.filter((text) => text !== '').join('\n\n')
}

function periodText({ ahead, events, from, leftOut, to, undated }: Usage): string {
  if (events === 0) return leftOut + ahead === 0 ? 'No events of sessions in there.' : 'No events could be counted.'
  if (from === undefined || to === undefined) return `${counted(events, 'event')} of keys, without times`
  const without = undated - leftOut
  const period = `from ${formatMoment(from)} to ${formatMoment(to)} (${formatDuration(to - from)})`
  return `${counted(events - without, 'event')} of keys ${period}${without === 0 ? '' : `, and ${without} without a time`}`
}

function strangersText(strangers: readonly string[], { keyset, log }: UsageFiles, { bold, yellow }: Style): string {
  const ids = strangers.slice(0, MOST_STRANGERS).map((id) => bold(yellow(id)))
  return `${keyset} never had ${ids.join(', ')}, which opened cookies in ${log}: do they belong to one app? No advice on the others until that is clear.`
}

function otherTexts({ ahead, leftOut, otherLines }: Usage): readonly string[] {
  const lines = otherLines === 1 ? 'line is no event' : 'lines are no events'
  return [
    ...(leftOut === 0
      ? []
      : [
          `${counted(leftOut, 'event')} without a time ${leftOut === 1 ? 'was' : 'were'} left out, because of --since.`,
        ]),
    ...(ahead === 0 ? [] : [`${counted(ahead, 'event')} with a time more than a day ahead: not counted.`]),
    ...(otherLines === 0 ? [] : [`${otherLines} ${lines} of sessions.`]),
  ]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
