import { platformDeflate } from '#deflate'
import { decodeUtf8, isSame } from '../base/bytes.ts'
import { Rejection } from '../base/rejection.ts'
import { PAYLOAD_BYTES } from '../codec/deflate.ts'
import { type Claims, unpackRecord } from '../codec/record.ts'
import { type Candidate, joinToken } from '../cookie/chunks.ts'
import type { EncodedState } from './encoded-state.ts'
import { NO_FLASH } from './flash.ts'
import { endedReason } from './lifetime.ts'
import type { Settings } from './options.ts'
import type { RowFacts } from './store.ts'

/** What the seal of a session shows without being opened. */
export interface SealFacts {
  /** Of names and values, over all its chunks. */
  readonly bytes: number
  readonly chunks: number
  readonly keyId: string
}

/** The cookie that a session came in, or went out in. */
export interface CookieFacts extends SealFacts {
  readonly name: string
}

/** A cookie that was opened and is alive. */
export interface OpenedCookie extends EncodedState {
  readonly claims: Claims
  readonly cookie: SealFacts
  /** Where the payload was, when it was not in the cookie. */
  readonly row: RowFacts | undefined
  /** The payload decoded, once anybody has had to look. */
  data?: object
}

/** The session that a Cookie header holds; `undefined` for none, with an event where something came that is not believed. spec/session.md "Opening" has the order of the checks, spec/token.md "Cookies" says which of several is believed. */
export async function openCookie<Data extends object>(
  header: string,
  settings: Settings<Data>,
): Promise<OpenedCookie | undefined> {
  const [first, ...others] = joinToken(header, settings.attributes)
  if (!first) return undefined
  let answer = await openCandidate(first, settings)
  for (const other of others) answer = believed(answer, await openCandidate(other, settings))
  if (!(answer instanceof Rejection)) return answer
  tellRejected(settings, first, answer)
  return undefined
}

/** Which of two cookies of one name is believed. */
function believed(one: OpenedCookie | Rejection, other: OpenedCookie | Rejection): OpenedCookie | Rejection {
  if (other instanceof Rejection) return one
  if (one instanceof Rejection) return one.reason === 'ambiguous' ? one : other
  // A subdomain can set a cookie beside ours: with two sessions that are both good, neither is believed.
  if (!isSame(one.claims.id, other.claims.id)) return new Rejection('ambiguous')
  return other.claims.sealedAt > one.claims.sealedAt ? other : one
}

async function openCandidate<Data extends object>(
  { token, bytes, chunks }: Candidate,
  { lifetimes, now, rows, sealer, tokenLimit }: Settings<Data>,
): Promise<OpenedCookie | Rejection> {
  if (token instanceof Rejection) return token
  if (token.length > tokenLimit) return new Rejection('too-large')
  // Only now: a request without the cookie needs no key.
  const unsealed = await (await sealer()).unseal(token)
  if (unsealed instanceof Rejection) return unsealed
  const { keyId, plaintext } = unsealed
  const record = unpackRecord(plaintext)
  if (record instanceof Rejection) return record
  const { claims, flash, form } = record
  // Inflated before the times are looked at: one order for every reader, so that all give the same reason.
  let payload = form === 'deflated' ? await platformDeflate.inflate(record.payload, PAYLOAD_BYTES) : record.payload
  if (!payload || payload.length > PAYLOAD_BYTES || (form === 'stored' && !rows)) {
    return new Rejection('malformed', keyId)
  }
  const ended = endedReason(claims, now(), lifetimes)
  if (ended) return new Rejection(ended, keyId)
  let row: RowFacts | undefined
  if (form === 'stored' && rows) {
    const found = await rows.read(claims, payload.slice())
    if (found instanceof Rejection) return found
    payload = found.payload
    row = found.facts
  }
  const payloadText = decodeUtf8(payload)
  const flashText = flash ? decodeUtf8(flash) : NO_FLASH
  if (payloadText === undefined || flashText === undefined) return new Rejection('undecodable', keyId)
  return { claims, payloadText, flashText, persistent: claims.persistent, cookie: { bytes, chunks, keyId }, row }
}

/** Tells why a cookie was not accepted. */
export function tellRejected<Data extends object>(
  { emitter }: Settings<Data>,
  { bytes, chunks }: Pick<SealFacts, 'bytes' | 'chunks'>,
  { reason, keyId }: Rejection,
): void {
  emitter.emit({ type: 'rejected', reason, bytes, chunks, ...(keyId && { keyId }) })
}
