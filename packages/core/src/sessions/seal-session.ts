import { platformDeflate } from '#deflate'
import { encodeUtf8 } from '#bytes'
import { SessionTooLargeError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import { DEFLATE_ABOVE_BYTES, PAYLOAD_BYTES } from '../codec/deflate.ts'
import { fieldSizes } from '../codec/payload.ts'
import { type Claims, packRecord, type SessionRecord } from '../codec/record.ts'
import type { StoredPayload } from '../codec/stored-payload.ts'
import type { CookieAttributes } from '../cookie/attributes.ts'
import { type Chunk, splitToken, tokenLimit } from '../cookie/chunks.ts'
import type { Settings } from './options.ts'
import type { RowFacts, SealedRow } from './store.ts'

/** What is to be sealed. */
export interface Sealable {
  readonly claims: Claims
  readonly payloadText: string
  readonly flashText: string | undefined
  /** The value behind `payloadText`, for an error that says which field is large. */
  readonly data: () => object
  /** The row that this writing replaces. */
  readonly row: RowFacts | undefined
}

/** A session that is sealed and not yet written anywhere. */
export interface SealedSession {
  readonly keyId: string
  readonly chunks: readonly [Chunk, ...Chunk[]]
  /** The row for the store, when the data goes there. */
  readonly row: SealedRow | undefined
}

/** The cookies of a session, and its row. The mirror of `openCookie`. Throws `ERR_SESSION_TOO_LARGE` with the size of every field. */
export async function sealSession<Data extends object>(
  sealable: Sealable,
  { attributes, compression, overflow, rows, ...settings }: Settings<Data>,
  now: Seconds,
): Promise<SealedSession> {
  const { claims, payloadText, flashText } = sealable
  const sealer = await settings.sealer()
  const payload = encodeUtf8(payloadText)
  if (payload.length > PAYLOAD_BYTES) throw tooLarge(payload.length, PAYLOAD_BYTES, 'bytes of encoded data', sealable)
  const flash = flashText === undefined ? {} : { flash: encodeUtf8(flashText) }
  const smallest = await deflatedIfSmaller({ claims, ...flash, form: 'plain', payload }, compression)
  if (overflow !== 'always') {
    const { token, keyId } = await sealer.seal(packRecord(smallest), now)
    const chunks = splitToken(token, overflow === 'chunk' ? attributes : { ...attributes, maxChunks: 1 })
    if (chunks !== undefined) return { keyId, chunks, row: undefined }
    if (overflow === 'chunk' || rows === undefined) throw tooManyChunks(token, attributes, sealable)
  }
  const row = await rows?.seal(claims, smallest, sealable.row, now)
  const record: SessionRecord = { claims, ...flash, form: 'stored', payload: row?.facts.dataKey ?? new Uint8Array() }
  const { token, keyId } = await sealer.seal(packRecord(record), now)
  const chunks = splitToken(token, attributes)
  if (chunks === undefined) throw tooManyChunks(token, attributes, sealable)
  return { keyId, chunks, row }
}

/** A record with its payload at hand. */
type WholeRecord = SessionRecord & StoredPayload

/** The record, deflated where that makes it smaller. Claims and flash stay outside of the stream. */
async function deflatedIfSmaller(record: WholeRecord, compression: 'deflate' | 'off'): Promise<WholeRecord> {
  if (compression === 'off' || record.payload.length <= DEFLATE_ABOVE_BYTES) return record
  const deflated: WholeRecord = { ...record, form: 'deflated', payload: await platformDeflate.deflate(record.payload) }
  return packRecord(deflated).length < packRecord(record).length ? deflated : record
}

function tooManyChunks(token: string, attributes: CookieAttributes, sealable: Sealable): SessionTooLargeError {
  return tooLarge(
    token.length,
    tokenLimit(attributes),
    `characters as a token, in at most ${attributes.maxChunks} cookies (cookie.maxChunks)`,
    sealable,
  )
}

function tooLarge(size: number, limit: number, unit: string, { data, flashText }: Sealable): SessionTooLargeError {
  const fields = { ...fieldSizes(data()), ...(flashText !== undefined && { '(flash)': encodeUtf8(flashText).length }) }
  const largest = Object.entries(fields)
    .map(([name, bytes]) => `${name} ${bytes}`)
    .slice(0, 8)
    .join(', ')
  return new SessionTooLargeError(
    `The session has ${size} ${unit}; ${limit} fit. Bytes by field: ${largest}. Keep large values in your database and their ids in the session.`,
    { size, limit, fields },
  )
}
