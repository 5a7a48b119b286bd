import type { MaybePromise } from '../base/maybe-promise.ts'
import { Rejection } from '../base/rejection.ts'

/** The part of Standard Schema v1 (standardschema.dev) that is used here: what Zod, Valibot, ArkType and others implement. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => MaybePromise<StandardResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

/** A schema's answer: the value, or what is wrong with it. */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] }

export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** How data of earlier shapes becomes data of today's. */
export interface Upgrade<Data> {
  /** Today's version, 1 or more. Raise it whenever the shape of `data` changes. Sessions that were sealed without one have 0. */
  readonly version: number
  /** Today's data from data of an earlier version. What it throws makes the session `invalid-data`. */
  readonly from: (old: unknown, version: number) => MaybePromise<Data>
}

/** The value that a schema accepts, or `invalid-data`, also when the schema throws: a bad cookie must not become a bad response. */
export async function validated<Data>(schema: StandardSchema<Data>, value: unknown): Promise<Data | Rejection> {
  try {
    const result = await schema['~standard'].validate(value)
    return result.issues === undefined ? result.value : INVALID_DATA
  } catch {
    // A schema is the app's own code and may throw anything.
    return INVALID_DATA
  }
}

/** Today's data from what a session held, or `newer-data`, or `invalid-data`. */
export async function upgraded<Data>(
  upgrade: Upgrade<Data> | undefined,
  value: unknown,
  version: number,
): Promise<unknown> {
  const today = upgrade?.version ?? 0
  if (version > today) return NEWER_DATA
  if (upgrade === undefined || version === today) return value
  try {
    return await upgrade.from(value, version)
  } catch {
    // The upgrade is the app's own code and may throw anything.
    return INVALID_DATA
  }
}

/** Whether a value is an object with properties of its own making: what `data` must be. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !(
    value instanceof Promise ||
    value instanceof Rejection ||
    value instanceof Uint8Array ||
    value instanceof Date ||
    value instanceof Map ||
    value instanceof Set
  )
}

/**
 * The top-level fields in which two encodings differ, whatever the order of keys: where a schema has stripped, added or
 * converted something. Both texts are what `encodePayload` gives for objects.
 */
export function differingFields(before: string, after: string): string[] {
  if (before === after) return []
  // The casts say what an encoded object is; a tag counts as a field.
  const [a, b] = [
    JSON.parse(before) as Readonly<Record<string, unknown>>,
    JSON.parse(after) as Readonly<Record<string, unknown>>,
  ]
  return Object.keys({ ...a, ...b }).filter((field) => !isSameJson(a[field], b[field]))
}

function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))]
  if (Array.isArray(a) !== Array.isArray(b) || left.length !== right.size) return false
  return left.every(([key, value]) => right.has(key) && isSameJson(value, right.get(key)))
}

/** What to do about a schema that is no mere check. */
export const CHECK_ONLY =
  'A session’s schema only checks: strip, convert and default nothing in it (Zod: z.strictObject, Valibot: v.strictObject).'

/** The first issues of a schema, as text for a developer. Says where, never what the value was. */
export function issueText(issues: readonly StandardIssue[]): string {
  return issues
    .slice(0, 3)
    .map(({ path = [] }) => ['data', ...path.map(keyText)].join('.'))
    .join(', ')
}

function keyText(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment)
}

const INVALID_DATA: Rejection = new Rejection('invalid-data')
const NEWER_DATA: Rejection = new Rejection('newer-data')
