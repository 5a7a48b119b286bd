import { allocate, encodeUtf8 } from '#bytes'
import { type Bytes, decodeUtf8, readUint32, writeUint32 } from '../base/bytes.ts'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { type Cursor, readBytes, readVarint, VARINT_MAX, writeBytes, writeVarint } from './cursor.ts'

/** spec/token.md "Record": bytes of a session id. */
export const ID_BYTES = 16
/** spec/token.md "Record": the most bytes of a subject in UTF-8. */
export const SUBJECT_BYTES = 255
/** spec/token.md "Record": a deflated record is padded to a multiple of this many bytes, so that lengths say less. */
export const PADDING_BYTES = 32
/** spec/token.md "Rows": bytes of what stands for the payload of a stored session: the key of its row, which only the cookie holds. */
export const DATA_KEY_BYTES = 32

const FLAG_DEFLATED = 1 << 0
const FLAG_SUBJECT = 1 << 1
const FLAG_GENERATION = 1 << 2
const FLAG_FLASH = 1 << 3
const FLAG_DATA_VERSION = 1 << 4
const FLAG_PERSISTENT = 1 << 5
const FLAG_STORED = 1 << 6
const FLAG_RESERVED = 1 << 7

/** What a sealed session says about itself. */
export interface Claims {
  /** 16 random bytes. */
  readonly id: Bytes
  /** When the session began, or its user last authenticated. */
  readonly createdAt: Seconds
  /** When it was last sealed; never before `createdAt`. */
  readonly sealedAt: Seconds
  /** Who is signed in: 1 to 255 bytes of UTF-8. */
  readonly subject?: string
  /** Which writing of this session it is, where replay is detected. */
  readonly generation?: number
  /** Which shape the data has, where the app counts its shapes. Absent means 0. */
  readonly dataVersion?: number
  /** Whether the cookie outlives the browser's run. */
  readonly persistent: boolean
}

/** Where the payload is and in which form. */
export type PayloadForm = 'plain' | 'deflated' | 'stored'

/** The plaintext of a token, in parts. */
export interface SessionRecord {
  readonly claims: Claims
  /** The encoded flash messages; absent when there are none. */
  readonly flash?: Bytes
  readonly form: PayloadForm
  /** The encoded data; deflated, or the key of a stored row, as `form` says. */
  readonly payload: Bytes
}

// The most bytes of everything but flash and payload, and of the padding.
const OTHER_BYTES = 1 + ID_BYTES + 4 + 1 + SUBJECT_BYTES + 5 * 5 + PADDING_BYTES

/** The bytes of a record, as spec/token.md "Record" lays them out. */
export function packRecord({ claims, flash, form, payload }: SessionRecord): Bytes {
  const { id, createdAt, sealedAt, subject, generation, dataVersion, persistent } = claims
  const bytes = allocate(OTHER_BYTES + (flash?.length ?? 0) + payload.length)
  const cursor = { bytes, at: 1 }
  let flags =
    (persistent ? FLAG_PERSISTENT : 0) | (form === 'plain' ? 0 : form === 'stored' ? FLAG_STORED : FLAG_DEFLATED)
  writeBytes(cursor, id)
  writeUint32(bytes, cursor.at, createdAt)
  cursor.at += 4
  writeVarint(cursor, sealedAt - createdAt)
  if (subject !== undefined) {
    flags |= FLAG_SUBJECT
    const utf8 = encodeUtf8(subject)
    bytes[cursor.at++] = utf8.length
    writeBytes(cursor, utf8)
  }
  if (generation !== undefined) {
    flags |= FLAG_GENERATION
    writeVarint(cursor, generation)
  }
  if (dataVersion !== undefined) {
    flags |= FLAG_DATA_VERSION
    writeVarint(cursor, dataVersion)
  }
  if (flash !== undefined) {
    flags |= FLAG_FLASH
    writeVarint(cursor, flash.length)
    writeBytes(cursor, flash)
  }
  bytes[0] = flags
  if (form === 'deflated') writeVarint(cursor, payload.length)
  writeBytes(cursor, payload)
  const end = form === 'deflated' ? Math.ceil(cursor.at / PADDING_BYTES) * PADDING_BYTES : cursor.at
  // The padding; the memory held something else before.
  return bytes.fill(0, cursor.at, end).subarray(0, end)
}

/** The parts of a record, or `malformed`: the mirror of {@link packRecord}. The payload is a window on the given bytes. */
export function unpackRecord(bytes: Bytes): SessionRecord | Rejection {
  const cursor = { bytes, at: 1 }
  const flags = bytes[0] ?? FLAG_RESERVED
  const has = (flag: number): boolean => (flags & flag) !== 0
  const id = readBytes(cursor, ID_BYTES).slice()
  const createdAt = readUint32(bytes, cursor.at)
  cursor.at += 4
  // Assigned one by one: spreading what may be absent costs more than the rest of this function, on every request.
  const claims: { -readonly [Name in keyof Claims]: Claims[Name] } = {
    id,
    createdAt,
    sealedAt: createdAt + readVarint(cursor),
    persistent: has(FLAG_PERSISTENT),
  }
  if (has(FLAG_SUBJECT)) {
    const subject = decodeUtf8(readBytes(cursor, bytes[cursor.at++] ?? 0))
    if (!subject) return MALFORMED
    claims.subject = subject
  }
  if (has(FLAG_GENERATION)) claims.generation = readVarint(cursor)
  if (has(FLAG_DATA_VERSION)) claims.dataVersion = readVarint(cursor)
  const flash = has(FLAG_FLASH) ? readBytes(cursor, readVarint(cursor)) : undefined
  const form = has(FLAG_STORED) ? 'stored' : has(FLAG_DEFLATED) ? 'deflated' : 'plain'
  if (cursor.at > bytes.length) return MALFORMED
  const payload = readBytes(cursor, form === 'deflated' ? readVarint(cursor) : bytes.length - cursor.at)
  if (has(FLAG_RESERVED)) return MALFORMED
  if (form === 'stored' && (has(FLAG_DEFLATED) || payload.length !== DATA_KEY_BYTES)) return MALFORMED
  if (form === 'deflated' && !isPadded(cursor)) return MALFORMED
  return flash === undefined ? { claims, form, payload } : { claims, flash, form, payload }
}

/** Whether nothing is left but zeros that fill the last block. */
function isPadded({ bytes, at }: Cursor): boolean {
  const padding = bytes.length - at
  if (padding < 0 || padding >= PADDING_BYTES || bytes.length % PADDING_BYTES !== 0) return false
  for (let index = at; index < bytes.length; index++) if (bytes[index] !== 0) return false
  return true
}

const MALFORMED: Rejection = new Rejection('malformed')

/** Whether a number can be written as a varint. */
export function isVarint(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= VARINT_MAX
}
