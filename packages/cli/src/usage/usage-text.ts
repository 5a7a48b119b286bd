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

/** The usage of keys for people. */
export function usageText(used: readonly UsedKey[], usage: Usage, now: Seconds, style: Style): string {
  const known = used.filter(({ status }) => status !== 'unknown')
  // They stand last.
  const shown = used.slice(0, known.length + MOST_STRANGERS)
  const rows = [
    ['KEY', 'STATUS', 'OPENED', 'LAST', 'SEALED', 'REFUSED'],
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
    ...strangersTexts(openedByStrangers(used), style).map((text) => style.prose(text)),
    ...adviceTexts(used, usage, now, style).map((text) => style.prose(text)),
    otherTexts(usage).map(style.dim).join('\n'),
  ]
  return paragraphs.filter((text) => text !== '').join('\n\n')
}

function periodText({ events, from, to }: Usage): string {
  if (events === 0) return 'No events of sessions in there.'
  const count = `${counted(events, 'event')} of keys`
  return from === undefined || to === undefined
    ? `${count}, without times`
    : `${count} from ${formatMoment(from)} to ${formatMoment(to)} (${formatDuration(to - from)})`
}

function strangersTexts(strangers: readonly string[], { bold, yellow }: Style): readonly string[] {
  if (strangers.length === 0) return []
  const ids = strangers.slice(0, MOST_STRANGERS).map((id) => bold(yellow(id)))
  return [`This keyset never had ${ids.join(', ')}, which opened cookies: is it the right file?`]
}

function otherTexts({ otherLines, undated }: Usage): readonly string[] {
  return [
    ...(undated === 0
      ? []
      : [
          `${counted(undated, 'event')} without a time ${undated === 1 ? 'was' : 'were'} left out, because of --since.`,
        ]),
    ...(otherLines === 0
      ? []
      : [`${counted(otherLines, 'other line')} ${otherLines === 1 ? 'was' : 'were'} passed over.`]),
  ]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
