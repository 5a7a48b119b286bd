import { SessionError, SessionUnavailableError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import { decodePayload, encodePayload } from '../codec/payload.ts'
import { type CookieFacts, openCookie, type OpenedCookie, type RejectedCookie } from './open.ts'
import type { Settings } from './options.ts'
import { isPlainObject, upgraded, validated } from './schema.ts'

/** A session that the cookie, the store and the schema agree on. */
export interface FoundSession<Data extends object> {
  readonly opened: OpenedCookie
  /** Decoded already where a schema or an upgrade had to see it. */
  readonly checked: CheckedData<Data> | undefined
  readonly isReadOnly: boolean
}

interface CheckedData<Data extends object> {
  readonly data: Data
  readonly payloadText: string
}

/** Looks a session up, and tells what became of that. */
export async function findSession<Data extends object>(settings: Settings<Data>, header: string): Promise<Found<Data>> {
  const found = await foundOrUnavailable(settings, header)
  if (found === undefined || found instanceof SessionUnavailableError) return found
  if ('rejection' in found) tellRejected(settings, found)
  else await settings.emitter.emitOf(found.opened.claims.id, { type: 'opened', keyId: found.opened.cookie.keyId })
  return found
}

type Found<Data extends object> = FoundSession<Data> | RejectedCookie | SessionUnavailableError | undefined

async function foundOrUnavailable<Data extends object>(settings: Settings<Data>, header: string): Promise<Found<Data>> {
  try {
    return await lookUp(settings, header)
  } catch (error) {
    // A store's silence, which is thrown when the handler touches the session and not before.
    if (error instanceof SessionUnavailableError) return error
    throw error
  }
}

/** Cookie, then store, then data. */
async function lookUp<Data extends object>(settings: Settings<Data>, header: string): Promise<Found<Data>> {
  const opened = await openCookie(header, settings, settings.now())
  if (opened === undefined || 'rejection' in opened) return opened
  const verdict = (await settings.revoker?.check(opened.claims)) ?? 'alive'
  if (verdict === 'revoked' || verdict === 'superseded') {
    return { ...opened.cookie, rejection: new Rejection(verdict, opened.cookie.keyId) }
  }
  const checked = await checkedData(settings, opened)
  if (checked instanceof Rejection) return { ...opened.cookie, rejection: checked }
  return { opened, checked, isReadOnly: verdict === 'read-only' }
}

/** The data as the schema and the upgrade give it, or `undefined` where neither is there and it can wait. */
async function checkedData<Data extends object>(
  settings: Settings<Data>,
  { claims, payloadText }: OpenedCookie,
): Promise<CheckedData<Data> | Rejection | undefined> {
  const { schema, upgrade } = settings
  const version = claims.dataVersion ?? 0
  if (schema === undefined && version === (upgrade?.version ?? 0)) return undefined
  const decoded = decodePayload(payloadText)
  if (decoded instanceof Rejection) return decoded
  const today = await upgraded(upgrade, decoded, version)
  if (today instanceof Rejection) return today
  const data = schema === undefined ? today : await validated(schema, today)
  if (data instanceof Rejection) return data
  // An upgrade that forgot its `return`, or a schema that converts, must not pass for data.
  if (!isPlainObject(data)) return new Rejection('invalid-data')
  try {
    const checkedText = encodePayload(data)
    // Decoded from the text again: an upgrade or a schema may give out one object twice, and what one visitor's handler puts
    // into it must not reach the next. The cast trusts the app's own upgrade; a schema, where there is one, has checked it.
    return { data: decodePayload(checkedText) as Data, payloadText: checkedText }
  } catch (error) {
    if (error instanceof SessionError) return new Rejection('invalid-data')
    throw error
  }
}

/** Tells that the payload of a cookie that was opened is none. */
export function tellUndecodable<Data extends object>(settings: Settings<Data>, cookie: CookieFacts): void {
  tellRejected(settings, { ...cookie, rejection: new Rejection('undecodable', cookie.keyId) })
}

function tellRejected<Data extends object>(
  { emitter }: Settings<Data>,
  { rejection, bytes, chunks }: RejectedCookie,
): void {
  const { reason, keyId } = rejection
  emitter.emit({
    type: 'rejected',
    reason,
    bytes,
    chunks,
    ...(keyId !== undefined && { keyId }),
  })
}
