import { platformDeflate } from '#deflate'
import { type Bytes, encodeUtf8 } from '../base/bytes.ts'
import { SessionTooLargeError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import { DEFLATE_ABOVE_BYTES, PAYLOAD_BYTES } from '../codec/deflate.ts'
import { fieldSizes } from '../codec/payload.ts'
import { type Claims, packRecord, type SessionRecord } from '../codec/record.ts'
import { type Chunk, COOKIE_BYTES, splitToken } from '../cookie/chunks.ts'
import type { Sealer } from '../seal/sealer.ts'
import type { Settings } from './options.ts'

/** What is to be sealed. */
export interface Sealable {
  readonly claims: Claims
  readonly payloadText: string
  readonly flashText: string | undefined
  /** The value behind `payloadText`, for an error that says which field is large. */
  readonly data: object
}

/** The cookies of a session. The mirror of `openCookie`. Throws `ERR_SESSION_TOO_LARGE` with the size of every field. */
export async function sealSession<Data extends object>(
  sealable: Sealable,
  settings: Settings<Data>,
  sealer: Sealer,
  now: Seconds,
): Promise<{ keyId: string; chunks: readonly [Chunk, ...Chunk[]] }> {
  const payload = encodeUtf8(sealable.payloadText)
  const flash = sealable.flashText === undefined ? undefined : encodeUtf8(sealable.flashText)
  if (payload.length > PAYLOAD_BYTES) throw tooLarge(payload.length, PAYLOAD_BYTES, 'bytes of encoded data', sealable)
  const record = { claims: sealable.claims, ...(flash !== undefined && { flash }), form: 'plain', payload } as const
  const { token, keyId } = await sealer.seal(await packSmallest(record, settings.compression), now)
  const chunks = splitToken(token, settings.attributes)
  if (chunks === undefined) {
    const { maxChunks } = settings.attributes
    throw tooLarge(token.length, maxChunks * COOKIE_BYTES, `characters of cookie, in at most ${maxChunks} (cookie.maxChunks)`, sealable)
  }
  return { keyId, chunks }
}

/** The record, deflated where that makes it smaller. Claims and flash stay outside of the stream. */
async function packSmallest(record: SessionRecord & { readonly form: 'plain' }, compression: 'deflate' | 'off'): Promise<Bytes> {
  const plain = packRecord(record)
  if (compression === 'off' || record.payload.length <= DEFLATE_ABOVE_BYTES) return plain
  const deflated = packRecord({ ...record, form: 'deflated', payload: await platformDeflate.deflate(record.payload) })
  return deflated.length < plain.length ? deflated : plain
}

function tooLarge(size: number, limit: number, unit: string, { data, flashText }: Sealable): SessionTooLargeError {
  const fields = { ...fieldSizes(data), ...(flashText !== undefined && { '(flash)': encodeUtf8(flashText).length }) }
  const largest = Object.entries(fields).map(([name, bytes]) => `${name} ${bytes}`).slice(0, 8).join(', ')
  return new SessionTooLargeError(
    `The session has ${size} ${unit}; ${limit} fit. Bytes by field: ${largest}. Keep large values in your database and their ids in the session.`,
    { size, limit, fields },
  )
}
