import type { Seconds } from '@encrypted-session/core'
import { formatDuration } from '../duration.ts'
import { formatDistance } from '../moment.ts'
import type { Style } from '../style.ts'
import type { Usage } from './key-usage.ts'
import type { UsedKey } from './used-key.ts'

/** What the log says of each key that seals no more, as paragraphs: who still needs it, or why that cannot be told. */
export function adviceTexts(used: readonly UsedKey[], usage: Usage, now: Seconds, style: Style): readonly string[] {
  const named = (keys: readonly UsedKey[]): string => keys.map(({ id }) => style.bold(style.yellow(id))).join(', ')
  const of = (advice: UsedKey['advice']): readonly UsedKey[] => used.filter((key) => key.advice === advice)
  const needed = used.filter(({ status, usage: { opened } }) => status === 'active' && opened > 0)
  const [unused, unclear, young] = [of('can-retire'), of('log-too-short'), of('key-too-young')]
  return [
    ...(needed.length === 0 ? [] : [needed.map((key) => `${named([key])} ${neededText(key, now)}`).join('\n')]),
    ...(unused.length === 0 ? [] : [`${named(unused)} opened nothing in this time.`]),
    ...(unclear.length === 0 ? [] : [unclearText(named(unclear), usage, now)]),
    ...(young.length === 0 ? [] : [youngText(young, now, style)]),
  ]
}

function youngText(keys: readonly UsedKey[], now: Seconds, { bold, yellow }: Style): string {
  const ages = keys.map(
    ({ id, opensSince = now }) => `${bold(yellow(id))} could open cookies for only ${formatDuration(now - opensSince)}`,
  )
  return `${ages.join(', ')}: it is too early to say.`
}

function neededText({ usage: { lastOpenedAt, opened } }: UsedKey, now: Seconds): string {
  const last = lastOpenedAt === undefined ? '' : `, the last ${formatDistance(lastOpenedAt, now)}`
  return `opened ${opened} cookie${opened === 1 ? '' : 's'}${last}: keep it.`
}

function unclearText(ids: string, usage: Usage, now: Seconds): string {
  const isTimeless = usage.leftOut + usage.ahead > 0
  const remedy = isTimeless ? 'Have the log give every event its time.' : 'Give it the last 7 days to be sure.'
  return usage.events === 0 && !isTimeless
    ? `It is too early to say whether anybody needs ${ids}. ${remedy}`
    : `${ids} opened nothing, but ${gapText(usage, now)}: it is too early to say. ${remedy}`
}

/** Why a log says too little of a key that it does not name. */
function gapText({ ahead, coveredFrom, leftOut, to }: Usage, now: Seconds): string {
  if (leftOut > 0) return leftOut === 1 ? 'an event has no time' : `${leftOut} events have no time`
  if (ahead > 0) return `${ahead === 1 ? 'an event has' : `${ahead} events have`} a time more than a day ahead`
  if (coveredFrom === undefined || to === undefined) return 'the log has no times'
  return `the log tells only of ${formatDuration(to - coveredFrom)}, until ${formatDistance(to, now)}`
}
