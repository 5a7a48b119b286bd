import type { Seconds } from '@encrypted-session/core'

/** An event that names a key, as a log has it. */
export interface LoggedEvent {
  readonly type: 'opened' | 'sealed' | 'rejected'
  readonly keyId: string
  readonly at: Seconds | undefined
}

/** Where loggers write the time of a line: pino, winston and others, and what Google's and Elastic's collectors read. */
const TIME_FIELDS = ['time', 'timestamp', '@timestamp', 'ts'] as const

/** The event of a line in JSON, which is the line itself or stands under `event`; `undefined` for every other line. */
export function parseEventLine(text: string): LoggedEvent | undefined {
  const line = fieldsOf(parsed(text))
  const event = line['keyId'] === undefined ? fieldsOf(line['event']) : line
  const { keyId, type } = event
  if (type !== 'opened' && type !== 'sealed' && type !== 'rejected') return undefined
  if (typeof keyId !== 'string' || !/^[\da-f]{8}$/u.test(keyId)) return undefined
  const time = TIME_FIELDS.map((name) => line[name] ?? event[name]).find((each) => each !== undefined)
  return { type, keyId, at: moment(time) }
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
function moment(time: unknown): Seconds | undefined {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : time
  if (typeof milliseconds !== 'number' || !Number.isFinite(milliseconds)) return undefined
  // Milliseconds of 1973 are seconds of the year 5138.
  const seconds = Math.floor(typeof time === 'number' && time < 1e11 ? time : milliseconds / 1000)
  return seconds >= 0 && seconds < YEAR_10000 ? seconds : undefined
}

/** From here on, and before 1970, a time is a mistake, and one far enough off could not be printed. */
const YEAR_10000 = 253_402_300_800

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // The cast says what `Object` gives for everything.
  return Object(value) as Readonly<Record<string, unknown>>
}
