import { check } from '../base/check.ts'
import { SessionError, type SessionErrorCode } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { Rejection } from '../base/rejection.ts'
import { decodePayload, encodePayload } from '../codec/payload.ts'

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

/** Data that the upgrade and the schema have seen, and its encoding. */
export interface CheckedData {
  readonly data: object
  readonly payloadText: string
}

/** What the upgrade and the schema make of a payload; `undefined` where neither has a say and it can wait. */
export async function checkedData<Data extends object>(
  payloadText: string,
  version: number,
  { schema, upgrade }: Rules<Data>,
): Promise<CheckedData | Rejection | undefined> {
  const today = upgrade?.version ?? 0
  if (!schema && version === today) return undefined
  let data = decodePayload(payloadText)
  if (data instanceof Rejection) return data
  if (version > today) return new Rejection('newer-data')
  try {
    if (version < today) data = await upgrade?.from(data, version)
    if (schema) {
      // One that answers nothing throws here: a branch that forgot its `return` has agreed to nothing.
      const { issues, value } = (await schema['~standard'].validate(data)) as StandardResult<object> & {
        value?: object
      }
      data = issues ? undefined : value
    }
    // An upgrade that forgot its `return`, or a schema that converts, must not pass for data.
    if (isPlainObject(data)) {
      const checkedText = encodePayload(data)
      // Decoded from the text again: an upgrade or a schema may give out one object twice, and what one visitor's handler puts
      // into it must not reach the next. The cast says what was encoded.
      return { data: decodePayload(checkedText) as object, payloadText: checkedText }
    }
  } catch {
    // Both are the app's own code and may throw anything, and so may what they give: a bad cookie must not become a bad response.
  }
  return new Rejection('invalid-data')
}

interface Rules<Data extends object> {
  readonly schema: StandardSchema<Data> | undefined
  readonly upgrade: Upgrade<Data> | undefined
}

/** Whether a value is an object with properties of its own making: what `data` must be. */
export function isPlainObject(value: unknown): value is object {
  // By its tag, and not by its prototype: what comes from another realm is as plain.
  return Object.prototype.toString.call(value) === '[object Object]' && !(value instanceof Rejection)
}

/** Refuses what a schema has an objection to. It may only check: what it strips or converts would be gone, or other, on the next request. */
export function checkResult(
  result: StandardResult<object>,
  payloadText: string,
  name: 'data' | 'initial()',
  code: SessionErrorCode,
): void {
  check(isPlainObject(result), `The schema answers nothing for ${name}`, code)
  if (result.issues) throw new SessionError(code, `The schema refuses ${issueText(result.issues, name)}.`)
  const fields = differingFields(payloadText, encodePayload(result.value))
  const places = fields.slice(0, 3).map((field) => `${name}.${field}`)
  check(fields.length === 0, `The schema changes ${places.join(', ')}, but must only check`, code)
}

/** The first issues of a schema, as text. Says where, never what the value was. */
export function issueText(issues: readonly StandardIssue[], name: string): string {
  return issues
    .slice(0, 3)
    .map(({ path = [] }) =>
      [name, ...path.map((segment) => String(typeof segment === 'object' ? segment.key : segment))].join('.'),
    )
    .join(', ')
}

/** The top-level fields in which two encodings of objects differ, whatever the order of keys; a tag counts as a field. */
function differingFields(before: string, after: string): string[] {
  // The casts say what an encoded object is.
  const [a, b] = [before, after].map((text) => JSON.parse(text, ordered) as Readonly<Record<string, unknown>>)
  return Object.keys({ ...a, ...b }).filter((field) => JSON.stringify(a?.[field]) !== JSON.stringify(b?.[field]))
}

/** For `JSON.parse`: every object with its keys in one order. */
function ordered(_: string, value: unknown): unknown {
  if (!isPlainObject(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
