import type { Seconds } from '@encrypted-session/core'

/** An event that names a key, as a log has it. */
export interface LoggedEvent {
  readonly type: 'opened' | 'sealed' | 'rejected'
  readonly keyId: string
  /** `undefined` without a time, or with one that cannot be true; `ahead` for one that lies more than a day ahead. */
  readonly at: Seconds | 'ahead' | undefined
}

/** Where loggers write the time of a line: pino, winston and others, and what Google's and Elastic's collectors read. */
const TIME_FIELDS = ['time', 'timestamp', '@timestamp', 'ts'] as const

/** The event of a line in JSON, which is the line itself or stands under `event`; `undefined` for every other line. */
export function parseEventLine(text: string, now: Seconds): LoggedEvent | undefined {
  const line = fieldsOf(parsed(text))
  const under = fieldsOf(line['event'])
  // A logger may have fields of its own with these names: only a whole event is one.
  const event = eventOf(line) ?? eventOf(under)
  if (event === undefined) return undefined
  const time = TIME_FIELDS.map((name) => line[name] ?? under[name]).find((each) => each !== undefined)
  return { ...event, at: moment(time, now) }
}

function eventOf({ keyId, type }: Fields): Omit<LoggedEvent, 'at'> | undefined {
  if (type !== 'opened' && type !== 'sealed' && type !== 'rejected') return undefined
  return typeof keyId === 'string' && /^[\da-f]{8}$/u.test(keyId) ? { type, keyId } : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A log has lines of other programs.
    return undefined
  }
}

/** Seconds of an ISO text, of milliseconds, or of seconds. */
function moment(time: unknown, now: Seconds): LoggedEvent['at'] {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : time
  if (typeof milliseconds !== 'number' || !Number.isFinite(milliseconds)) return undefined
  // Milliseconds of 1973 are seconds of the year 5138.
  const seconds = Math.floor(typeof time === 'number' && time < 1e11 ? time : milliseconds / 1000)
  if (seconds > now + DAY) return 'ahead'
  return seconds >= YEAR_2020 ? seconds : undefined
}

/** Before the library was written, and more than a day ahead, a time is a mistake: a clock that was not set, or another unit. */
const YEAR_2020: Seconds = 1_577_836_800
const DAY: Seconds = 86_400

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields {
  // The cast says what `Object` gives for everything.
  return Object(value) as Fields
}
