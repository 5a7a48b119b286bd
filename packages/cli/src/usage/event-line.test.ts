import { describe, expect, it } from 'vitest'
import { parseEventLine } from './event-line.ts'

const AT = 1_795_327_200
const EVENT = { type: 'opened', cookie: 'session', keyId: '1a2b3c4d' }
const EXPECTED = { type: 'opened', keyId: '1a2b3c4d' }

describe('a line of a log', () => {
  it.each([
    ['pino, under event', { level: 30, time: AT * 1000 + 999, event: EVENT, msg: 'session' }, AT],
    ['pino, merged', { level: 30, time: AT * 1000, ...EVENT }, AT],
    ['an ISO time', { timestamp: '2026-11-22T06:00:00.500Z', event: EVENT }, AT],
    ["a collector's time", { '@timestamp': '2026-11-22T07:00:00+01:00', ...EVENT }, AT],
    ['seconds', { ts: AT + 0.25, ...EVENT }, AT],
    ['a time beside the event', { event: { ...EVENT, time: AT * 1000 } }, AT],
    ['beside a key of the logger itself', { time: AT, keyId: 'kms-7', type: 'access', event: EVENT }, AT],
    ['beside an id of the logger itself', { time: AT, keyId: 'ffffffff', event: EVENT }, AT],
    ['a day ahead', { time: AT + 86_400, ...EVENT }, AT + 86_400],
    ['no time', EVENT, undefined],
    ['a time that is none', { time: 'yesterday', ...EVENT }, undefined],
    ['a time that no date can have', { time: 1e300, ...EVENT }, 'ahead'],
    ['a time after the year 9999', { time: 9e14, ...EVENT }, 'ahead'],
    ['a time before 1970', { time: -1, ...EVENT }, undefined],
    ['a time before 2020', { time: 1_577_836_799, ...EVENT }, undefined],
    ['a time more than a day ahead', { time: AT + 86_401, ...EVENT }, 'ahead'],
  ])('is an event: %s', (_title, line, at) => {
    expect(parseEventLine(JSON.stringify(line), AT)).toEqual({ ...EXPECTED, at })
  })

  it.each([
    '',
    'text',
    'null',
    '3',
    '[]',
    '{"event":null}',
    '{"type":"cleared"}',
    '{"type":"opened"}',
    '{"type":"opened","keyId":7}',
    '{"type":"opened","keyId":"\\u001b[2J1234"}',
    '{"type":"other","keyId":"1a2b3c4d"}',
  ])('is none: %s', (line) => {
    expect(parseEventLine(line, AT)).toBeUndefined()
  })
})
