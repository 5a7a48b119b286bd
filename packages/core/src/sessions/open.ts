import { platformDeflate } from '#deflate'
import { decodeUtf8 } from '../base/bytes.ts'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { PAYLOAD_BYTES } from '../codec/deflate.ts'
import { type Claims, unpackRecord } from '../codec/record.ts'
import { type Candidate, joinToken } from '../cookie/chunks.ts'
import { endedReason } from './lifetime.ts'
import type { Settings } from './options.ts'
import type { RowFacts } from './store.ts'

/** The cookie that a session came in, or went out in. */
export interface CookieFacts {
  readonly name: string
  /** Of names and values, over all its chunks. */
  readonly bytes: number
  readonly chunks: number
  readonly keyId: string
}

/** A cookie that was opened and is alive. Its data is still text. */
export interface OpenedCookie {
  readonly claims: Claims
  readonly payloadText: string
  readonly flashText: string | undefined
  readonly cookie: CookieFacts
  /** Where the payload was, when it was not in the cookie. */
  readonly row: RowFacts | undefined
}

/** Why no cookie was opened, and what came. */
export interface RejectedCookie {
  readonly rejection: Rejection
  readonly bytes: number
  readonly chunks: number
}

/** What a Cookie header holds under the session's name; `undefined` for nothing. spec/session.md "Opening" has the order of the checks. */
export function openCookie<Data extends object>(
  header: string,
  settings: Settings<Data>,
  now: Seconds,
): Promise<OpenedCookie | RejectedCookie | undefined> {
  const open = (candidate: Candidate): Promise<OpenedCookie | RejectedCookie> => openCandidate(candidate, settings, now)
  const candidates = joinToken(header, settings.attributes)
  const first = candidates[0]
  // Nearly every request carries one or none, and each layer of promises costs.
  if (first === undefined) return Promise.resolve(undefined)
  return candidates.length === 1 ? open(first) : openOneOf(candidates, first, open)
}

/** Which of several cookies of one name is believed: spec/token.md "Cookies". */
async function openOneOf(
  candidates: readonly Candidate[],
  first: Candidate,
  open: (candidate: Candidate) => Promise<OpenedCookie | RejectedCookie>,
): Promise<OpenedCookie | RejectedCookie> {
  let chosen: OpenedCookie | undefined
  let firstRejection: Rejection | undefined
  for (const candidate of candidates) {
    const opened = await open(candidate)
    if ('rejection' in opened) {
      firstRejection ??= opened.rejection
    } else if (chosen === undefined) {
      chosen = opened
    } else if (!sameBytes(chosen.claims.id, opened.claims.id)) {
      // A subdomain can set a cookie beside ours: with two sessions that are both good, neither is believed.
      return rejected(new Rejection('ambiguous'), first)
    } else if (opened.claims.sealedAt > chosen.claims.sealedAt) {
      chosen = opened
    }
  }
  return chosen ?? rejected(firstRejection ?? new Rejection('malformed'), first)
}

async function openCandidate<Data extends object>(
  candidate: Candidate,
  { attributes, lifetimes, tokenLimit, sealer, rows }: Settings<Data>,
  now: Seconds,
): Promise<OpenedCookie | RejectedCookie> {
  const { token, bytes, chunks } = candidate
  if (token instanceof Rejection) return rejected(token, candidate)
  if (token.length > tokenLimit) return rejected(new Rejection('too-large'), candidate)
  // Only now: a request without the cookie needs no key.
  const unsealed = await (await sealer()).unseal(token)
  if (unsealed instanceof Rejection) return rejected(unsealed, candidate)
  const { keyId } = unsealed
  const record = unpackRecord(unsealed.plaintext)
  if (record instanceof Rejection) return rejected(record, candidate)
  const { claims, flash, form } = record
  // Inflated before the times are looked at: one order for every reader, so that all give the same reason.
  const payload = form === 'deflated' ? await platformDeflate.inflate(record.payload, PAYLOAD_BYTES) : record.payload
  if (payload === undefined || payload.length > PAYLOAD_BYTES || (form === 'stored' && rows === undefined)) {
    return rejected(new Rejection('malformed', keyId), candidate)
  }
  const ended = endedReason(claims, now, lifetimes)
  if (ended !== undefined) return rejected(new Rejection(ended, keyId), candidate)
  const found =
    form === 'stored' && rows !== undefined ? await rows.read(claims, payload.slice()) : { payload, facts: undefined }
  if (found instanceof Rejection) return rejected(found, candidate)
  const payloadText = decodeUtf8(found.payload)
  const flashText = flash === undefined ? undefined : decodeUtf8(flash)
  if (payloadText === undefined || (flash !== undefined && flashText === undefined)) {
    return rejected(new Rejection('undecodable', keyId), candidate)
  }
  return { claims, payloadText, flashText, cookie: { name: attributes.name, bytes, chunks, keyId }, row: found.facts }
}

function rejected(rejection: Rejection, { bytes, chunks }: Candidate): RejectedCookie {
  return { rejection, bytes, chunks }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
