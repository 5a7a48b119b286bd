import { platformAead } from '#aead'
import { type Bytes, concat, lengthPrefixed, toHex } from '../base/bytes.ts'
import { Rejection } from '../base/rejection.ts'
import { type ExtendedKey, KEY_BYTES, NONCE_PREFIX_BYTES } from './aead.ts'
import { envelopeHeader, packEnvelope, unpackEnvelope } from './envelope.ts'
import { Key } from './key.ts'
import { type KeySet, findKey } from './keyring.ts'
import { randomPrefix } from './nonce.ts'
import { derivationInfo, encodePurpose, type Purpose } from './purpose.ts'

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
  const header = envelopeHeader(key.id)
  const version = versionBytes(row.version)
  const root = await rowRoot(key, purpose, address)
  // The root is this row's own, so nothing is gained by keeping a derived key: a random nonce each time.
  const prefix = randomPrefix()
  const suffix = crypto.getRandomValues(new Uint8Array(NONCE_PREFIX_BYTES))
  const derived = await root.derive(prefix)
  const ciphertextAndTag = await derived.encrypt(suffix, rowAad(header, purpose, address, version), row.plaintext)
  return concat(version, packEnvelope(header, prefix, suffix, ciphertextAndTag))
}

/** The row in what the store kept, or why it was not opened: the mirror of {@link sealRow}. */
export async function unsealRow(
  keySet: KeySet,
  purpose: Purpose,
  address: RowAddress,
  stored: Uint8Array,
): Promise<Row | Rejection> {
  const bytes = new Uint8Array(stored)
  if (bytes.length < VERSION_BYTES) return new Rejection('malformed')
  const version = bytes.subarray(0, VERSION_BYTES)
  const envelope = unpackEnvelope(bytes.subarray(VERSION_BYTES))
  if (envelope instanceof Rejection) return envelope
  const key = findKey(keySet, envelope.keyId)
  if (key instanceof Rejection) return key
  const root = await rowRoot(key, purpose, address)
  const derived = await root.derive(envelope.noncePrefix)
  const aad = rowAad(envelopeHeader(key.id), purpose, address, version)
  const plaintext = await derived.decrypt(envelope.nonceSuffix, aad, envelope.ciphertextAndTag)
  if (plaintext === undefined) return new Rejection('forged', key.id)
  return { version: Number(new DataView(version.buffer, version.byteOffset).getBigUint64(0)), plaintext }
}

async function rowRoot(key: Key, purpose: Purpose, { dataKey }: RowAddress): Promise<ExtendedKey> {
  const secret = concat(Key.secretOf(key), dataKey)
  return platformAead.extendedKey(
    await platformAead.hkdf(secret, derivationInfo('row', encodePurpose(purpose)), KEY_BYTES),
  )
}

/** Bound to its id and version: a row cannot stand in for another, nor an old one for a new one without its number showing. */
function rowAad(header: Bytes, purpose: Purpose, { id }: RowAddress, version: Bytes): Bytes {
  return concat(header, encodePurpose(purpose), id, version)
}

function versionBytes(version: number): Bytes {
  const bytes = new Uint8Array(VERSION_BYTES)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(version))
  return bytes
}
