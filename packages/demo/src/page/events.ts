import type { RejectionReason, SessionEvent } from '@encrypted-session/core'
import type { LoggedEvent } from '../event-log.ts'
import { html, type Html } from './html.ts'
import { timeOf } from './moments.ts'

const SHOWN = 10

/** The last events, the newest first. The browser's script adds those that happen while the page is open. */
export function renderEvents(events: readonly LoggedEvent[]): Html {
  return html`<section class="card events" aria-labelledby="events">
    <h2 id="events">Events as they happen</h2>
    <p>
      What the operator of this server sees, of all visitors. No data, keys, users or cookie text are in it; a session
      shows as a reference that leads back to nothing.
    </p>
    <ol id="event-list" data-shown="${SHOWN}" data-last="${events[0]?.id ?? 0}">
      ${folded(events).slice(0, SHOWN).map(renderEvent)}
    </ol>
  </section>`
}

/** An event as text for an EventSource: the item of the list, ready to be put in. */
export function eventStreamText(logged: LoggedEvent): string {
  const lines = renderEvent({ ...logged, times: 1 }).markup.split('\n')
  return `id: ${logged.id}\n${lines.map((line) => `data: ${line}\n`).join('')}\n`
}

/** An event that has happened so many times in a row, for the last time as it says. */
interface Row extends LoggedEvent {
  readonly times: number
}

/** Events in a row that say the same become one row. */
function folded(events: readonly LoggedEvent[]): readonly Row[] {
  const rows: Row[] = []
  for (const logged of events) {
    const newer = rows.at(-1)
    const isRepeat = newer !== undefined && wording(newer) === wording(logged)
    if (isRepeat) rows[rows.length - 1] = { ...newer, times: newer.times + 1 }
    else rows.push({ ...logged, times: 1 })
  }
  return rows
}

/** Everything that a row says but its time: the browser's script folds by it too. */
function wording({ event }: LoggedEvent): string {
  return [event.type, sentenceOf(event), referenceOf(event)].join(' ')
}

function renderEvent(row: Row): Html {
  const { id, at, event, times } = row
  const session = referenceOf(event)
  return html`<li class="${toneOf(event)}" data-id="${id}" data-times="${times}" data-wording="${wording(row)}">
    ${timeOf(at)} <b>${event.type}${times === 1 ? undefined : ` ×${times}`}</b> <span>${sentenceOf(event)}</span>
    ${session === undefined ? undefined : html`<code>${session}</code>`}
  </li>`
}

function referenceOf(event: SessionEvent): string | undefined {
  return 'session' in event ? event.session.slice(0, 8) : undefined
}

function toneOf({ type }: SessionEvent): 'quiet' | 'write' | 'refusal' {
  if (type === 'opened') return 'quiet'
  return type === 'sealed' || type === 'cleared' ? 'write' : 'refusal'
}

/** Never the `error` of an event: it is the store's own and may say anything. */
function sentenceOf(event: SessionEvent): string {
  switch (event.type) {
    case 'opened':
      return `by key ${event.keyId}`
    case 'rejected':
      return `${event.reason}: ${REJECTIONS[event.reason] ?? 'the cookie was not believed'}`
    case 'sealed':
      return `${event.reason}: ${event.bytes} bytes in ${event.chunks === 1 ? '1 cookie' : `${event.chunks} cookies`}`
    case 'cleared':
      return 'the browser was told to delete the cookie'
    case 'revoked':
      return `${event.target}: refused from now on`
    case 'revocation-failed':
      return `the store did not take it; ${event.retry === 'scheduled' ? 'tried again soon' : 'given up'}`
    case 'unavailable':
      return `the revocation store does not answer; policy ${event.policy}`
    case 'uncommitted':
      return `${event.reason}: a change was not written`
    case 'keyring-refused':
      return 'newer keys were refused; the last good ones go on'
    case 'insecure-transport':
      return `a Secure cookie went out over plain http to ${event.host}`
    default:
      return ''
  }
}

const REJECTIONS: Readonly<Partial<Record<RejectionReason, string>>> = {
  malformed: 'it is not a token',
  'unknown-version': 'of a version that is not known here',
  'unknown-key': 'sealed by a key that is not here',
  'retired-key': 'sealed by a key that was retired',
  forged: 'its tag does not fit what it says',
  'chunks-incomplete': 'parts of it are missing',
  ambiguous: 'two sessions came at once',
  expired: 'its time is over',
  idle: 'it was not used for too long',
  revoked: 'it was logged out',
  superseded: 'another id has replaced it',
  replayed: 'a newer copy is in use',
}
