import { allocate, decodeBase64url } from '#bytes'
import { type Bytes, readUint32, writeUint32 } from '../base/bytes.ts'
import { Rejection } from '../base/rejection.ts'
import { NONCE_BYTES, NONCE_PREFIX_BYTES, TAG_BYTES } from './aead.ts'
import { KEY_ID_BYTES } from './key.ts'

/** spec/token.md "Envelope": version 1 is XAES-256-GCM. */
export const ENVELOPE_VERSION = 0x01

const HEADER_BYTES = 1 + KEY_ID_BYTES
const PREFIX_END = HEADER_BYTES + NONCE_PREFIX_BYTES
const CIPHERTEXT_START = HEADER_BYTES + NONCE_BYTES

/** Bytes of an envelope beside its plaintext: 45. */
export const ENVELOPE_OVERHEAD: number = CIPHERTEXT_START + TAG_BYTES

/** version ‖ key id ‖ nonce ‖ ciphertext ‖ tag, in parts that are windows on the whole. */
export interface Envelope {
  readonly bytes: Bytes
  /** Four bytes in hexadecimal. */
  readonly keyId: string
  readonly noncePrefix: Bytes
  readonly nonceSuffix: Bytes
  readonly ciphertextAndTag: Bytes
}

/** The bytes of an envelope. */
export function packEnvelope(header: Bytes, noncePrefix: Bytes, nonceSuffix: Bytes, ciphertextAndTag: Bytes): Bytes {
  const bytes = allocate(CIPHERTEXT_START + ciphertextAndTag.length)
  bytes.set(header)
  bytes.set(noncePrefix, HEADER_BYTES)
  bytes.set(nonceSuffix, PREFIX_END)
  bytes.set(ciphertextAndTag, CIPHERTEXT_START)
  return bytes
}

/** The parts of an envelope, `malformed`, or `unknown-version`. Nothing is authenticated yet. */
export function unpackEnvelope(bytes: Bytes): Envelope | Rejection {
  if (bytes.length > 0 && bytes[0] !== ENVELOPE_VERSION) return UNKNOWN_VERSION
  if (bytes.length < ENVELOPE_OVERHEAD) return MALFORMED
  return {
    bytes,
    keyId: readUint32(bytes, 1)
      .toString(16)
      .padStart(2 * KEY_ID_BYTES, '0'),
    noncePrefix: bytes.subarray(HEADER_BYTES, PREFIX_END),
    nonceSuffix: bytes.subarray(PREFIX_END, CIPHERTEXT_START),
    ciphertextAndTag: bytes.subarray(CIPHERTEXT_START),
  }
}

/** The parts of a token: {@link unpackEnvelope} after strict base64url. */
export function decodeEnvelope(token: string): Envelope | Rejection {
  return unpackEnvelope(decodeBase64url(token) ?? new Uint8Array())
}

/** version ‖ key id: the beginning of every envelope of one key, and of its AAD. */
export function envelopeHeader(keyId: string): Bytes {
  const header = new Uint8Array(HEADER_BYTES)
  header[0] = ENVELOPE_VERSION
  writeUint32(header, 1, Number.parseInt(keyId, 16))
  return header
}

const MALFORMED: Rejection = new Rejection('malformed')
const UNKNOWN_VERSION: Rejection = new Rejection('unknown-version')
