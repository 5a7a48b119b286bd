import { isDeepStrictEqual } from 'node:util'
import type { DeepReadonly } from '@encrypted-session/core'
import type { Types } from './visit.ts'

/** The values that `POST /api/types` stores. */
export function sampleTypes(): Types {
  return {
    bytes: Uint8Array.of(0, 1, 127, 128, 255),
    date: new Date('2026-01-02T03:04:05.678Z'),
    map: new Map([
      ['one', 1n],
      ['two', 2n],
    ]),
    set: new Set(['a', 'b']),
    bigint: 2n ** 64n,
    nested: { list: [{ date: new Date(0) }] },
  }
}

/** What came back, compared with what was stored. */
export interface TypesComparison {
  readonly ok: boolean
  /** For every field, whether it came back with its value and its class. */
  readonly fields: Readonly<Record<keyof Types, boolean>>
}

/** Compares values and classes with those that were stored. */
export function compareTypes(stored: DeepReadonly<Types> | undefined): TypesComparison {
  const expected = sampleTypes()
  const same = (field: keyof Types): boolean => isDeepStrictEqual(stored?.[field], expected[field])
  const fields = {
    bytes: same('bytes'),
    date: same('date'),
    map: same('map'),
    set: same('set'),
    bigint: same('bigint'),
    nested: same('nested'),
  }
  return { ok: Object.values(fields).every(Boolean), fields }
}
