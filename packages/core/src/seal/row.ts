import { platformAead } from '#aead'
import { type Bytes, concat, toHex } from '../base/bytes.ts'
import { Rejection } from '../base/rejection.ts'
import { unpackEnvelope } from './envelope.ts'
import { Key } from './key.ts'
import { type KeySet, findKey } from './keyring.ts'
import { encodePurpose, lengthPrefixed, type Purpose } from './purpose.ts'
import { createPurposeKey, type PurposeKey } from './purpose-key.ts'

/** spec/token.md "Rows": bytes of the version before the envelope. */
const VERSION_BYTES = 8

/** Which row, and the key that opens it beside a key of the keyring. */
export interface RowAddress {
  /** The session's id. */
  readonly id: Bytes
  readonly dataKey: Bytes
}

/** A row that was opened. */
export interface Row {
  /** Counts the writings of a row from 1: an update names the one that it replaces. */
  readonly version: number
  readonly plaintext: Bytes
}

/** The name of a session's row: tells whoever reads the store neither the id nor anything else. */
export async function rowName(id: Bytes): Promise<string> {
  return toHex(await platformAead.sha256(concat(lengthPrefixed('row'), id)))
}

/** What the store keeps: version ‖ envelope. Nobody opens it without the cookie, nor with the cookie alone. */
export async function sealRow(key: Key, purpose: Purpose, address: RowAddress, row: Row): Promise<Bytes> {
  const version = new Uint8Array(VERSION_BYTES)
  new DataView(version.buffer).setBigUint64(0, BigInt(row.version))
  return concat(version, await rowKey(key, purpose, address, version).seal(row.plaintext))
}

/** The row in what the store kept, or why it was not opened: the mirror of {@link sealRow}. */
export async function unsealRow(
  keySet: KeySet,
  purpose: Purpose,
  address: RowAddress,
  stored: Uint8Array,
): Promise<Row | Rejection> {
  const bytes = new Uint8Array(stored)
  const version = bytes.slice(0, VERSION_BYTES)
  const envelope = unpackEnvelope(bytes.subarray(VERSION_BYTES))
  if (envelope instanceof Rejection) return envelope
  const key = findKey(keySet, envelope.keyId)
  if (key instanceof Rejection) return key
  const plaintext = await rowKey(key, purpose, address, version).open(envelope)
  if (plaintext === undefined) return new Rejection('forged', key.id)
  return { version: Number(new DataView(version.buffer).getBigUint64(0)), plaintext }
}

/** Bound to its id and version: a row cannot stand in for another, nor an old one for a new one without its number showing. */
function rowKey(key: Key, purpose: Purpose, { id, dataKey }: RowAddress, version: Bytes): PurposeKey {
  return createPurposeKey({
    keyId: key.id,
    secret: concat(Key.secretOf(key), dataKey),
    label: 'row',
    purpose: encodePurpose(purpose),
    context: concat(id, version),
  })
}
