import { type Bytes, concat } from '../base/bytes.ts'
import type { PayloadForm } from './record.ts'

/** A payload outside of its record, in a store's row. */
export interface StoredPayload {
  readonly form: Exclude<PayloadForm, 'stored'>
  readonly payload: Bytes
}

const PLAIN = 0
const DEFLATED = 1

/** spec/token.md "Rows": one byte that says the form, then the payload. No padding: whoever sees lengths here does not choose text. */
export function packStoredPayload({ form, payload }: StoredPayload): Bytes {
  return concat(Uint8Array.of(form === 'deflated' ? DEFLATED : PLAIN), payload)
}

/** The payload of a row, or `undefined` for a form that is not known. */
export function unpackStoredPayload(bytes: Bytes): StoredPayload | undefined {
  const [form] = bytes
  if (form !== PLAIN && form !== DEFLATED) return undefined
  return { form: form === DEFLATED ? 'deflated' : 'plain', payload: bytes.subarray(1) }
}
