import { platformDeflate } from '#deflate'
import { encodeUtf8 } from '#bytes'
import { SessionTooLargeError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import { DEFLATE_ABOVE_BYTES, PAYLOAD_BYTES } from '../codec/deflate.ts'
import { fieldSizes } from '../codec/payload.ts'
import { type Claims, packRecord } from '../codec/record.ts'
import { type Chunk, splitToken } from '../cookie/chunks.ts'
import type { EncodedState } from './encoded-state.ts'
import { NO_FLASH } from './flash.ts'
import { nextClaims } from './next-claims.ts'
import type { SealFacts } from './open.ts'
import type { WriteReason } from './plan.ts'
import { dataOf, type SessionState } from './session-state.ts'
import type { SealCookies, SealedRow, WholeRecord } from './store.ts'

/** A session that is sealed and not yet written anywhere. */
export interface SealedSession {
  readonly reason: WriteReason
  readonly claims: Claims
  readonly chunks: readonly [Chunk, ...Chunk[]]
  readonly facts: SealFacts
  /** The row for the store, when the data goes there. */
  readonly row: SealedRow | undefined
}

/** The cookies of a session, and its row. The mirror of `openCookie`. Throws `ERR_SESSION_TOO_LARGE` with the size of every field. */
export async function sealSession<Data extends object>(
  state: SessionState<Data>,
  { payloadText, flashText }: EncodedState,
  reason: WriteReason,
  now: Seconds,
): Promise<SealedSession> {
  const { opened, settings } = state
  const { attributes, compression, rows, tokenLimit } = settings
  const claims = await nextClaims(state, now)
  const sealer = await settings.sealer()
  const payload = encodeUtf8(payloadText)
  const flash = flashText === NO_FLASH ? undefined : encodeUtf8(flashText)
  const tooLarge = (size: number, limit: number, unit: string): SessionTooLargeError => {
    const fields = { ...fieldSizes(dataOf(state)), ...(flash && { '(flash)': flash.length }) }
    const largest = Object.entries(fields)
      .slice(0, 8)
      .map((field) => field.join(': '))
    return new SessionTooLargeError(
      `The session has ${size} ${unit}, of which ${limit} fit. Keep large values in your database. Bytes by field: ${largest.join(', ')}.`,
      { size, limit, fields },
    )
  }
  if (payload.length > PAYLOAD_BYTES) throw tooLarge(payload.length, PAYLOAD_BYTES, 'bytes of data')
  const plain: WholeRecord = { claims, ...(flash && { flash }), form: 'plain', payload }
  const isShort = payload.length <= DEFLATE_ABOVE_BYTES
  const whole = isShort || compression === 'off' ? plain : await deflatedIfSmaller(plain)
  const seal: SealCookies = async (record, into) => {
    const { token, keyId } = await sealer.seal(packRecord(record), now)
    return { token, keyId, chunks: splitToken(token, into) }
  }
  // A new id gets a new row: whoever knew the old one's key is not to read on.
  const before = reason === 'regenerated' ? undefined : opened?.row
  const { token, keyId, chunks, row } = await (rows?.seal(whole, seal, before, now) ?? seal(whole, attributes))
  if (!chunks) {
    throw tooLarge(token.length, tokenLimit, `characters in ${attributes.maxChunks} cookies (cookie.maxChunks)`)
  }
  let bytes = 0
  for (const { name, value } of chunks) bytes += name.length + value.length
  return { reason, claims, chunks, facts: { keyId, bytes, chunks: chunks.length }, row }
}

/** The record, deflated where that makes it smaller. Claims and flash stay outside of the stream. */
async function deflatedIfSmaller(record: WholeRecord): Promise<WholeRecord> {
  const deflated: WholeRecord = { ...record, form: 'deflated', payload: await platformDeflate.deflate(record.payload) }
  return packRecord(deflated).length < packRecord(record).length ? deflated : record
}
