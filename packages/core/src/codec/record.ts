import { allocate, type Bytes, decodeUtf8, encodeUtf8, readUint32, writeUint32 } from '../base/bytes.ts'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { readVarint, VARINT_MAX, varintLength, writeVarint } from './varint.ts'

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

/** The bytes of a record, as spec/token.md "Record" lays them out. */
export function packRecord(record: SessionRecord): Bytes {
  const { claims, flash, form, payload } = record
  const subject = claims.subject === undefined ? undefined : encodeUtf8(claims.subject)
  const age = claims.sealedAt - claims.createdAt
  const bytes = allocate(packedLength(record))
  bytes[0] = flagsOf(record)
  bytes.set(claims.id, 1)
  let offset = 1 + ID_BYTES
  writeUint32(bytes, offset, claims.createdAt)
  offset = writeVarint(bytes, offset + 4, age)
  if (subject !== undefined) {
    bytes[offset] = subject.length
    bytes.set(subject, offset + 1)
    offset += 1 + subject.length
  }
  if (claims.generation !== undefined) offset = writeVarint(bytes, offset, claims.generation)
  if (claims.dataVersion !== undefined) offset = writeVarint(bytes, offset, claims.dataVersion)
  if (flash !== undefined) {
    offset = writeVarint(bytes, offset, flash.length)
    bytes.set(flash, offset)
    offset += flash.length
  }
  if (form === 'deflated') offset = writeVarint(bytes, offset, payload.length)
  bytes.set(payload, offset)
  // The padding; the memory held something else before.
  return bytes.fill(0, offset + payload.length)
}

/** How many bytes {@link packRecord} gives. */
export function packedLength({ claims, flash, form, payload }: SessionRecord): number {
  let length = 1 + ID_BYTES + 4 + varintLength(claims.sealedAt - claims.createdAt) + payload.length
  if (claims.subject !== undefined) length += 1 + encodeUtf8(claims.subject).length
  if (claims.generation !== undefined) length += varintLength(claims.generation)
  if (claims.dataVersion !== undefined) length += varintLength(claims.dataVersion)
  if (flash !== undefined) length += varintLength(flash.length) + flash.length
  if (form !== 'deflated') return length
  return Math.ceil((length + varintLength(payload.length)) / PADDING_BYTES) * PADDING_BYTES
}

/** The parts of a record, or `malformed`. The payload is a window on the given bytes. */
export function unpackRecord(bytes: Bytes): SessionRecord | Rejection {
  const flags = bytes[0]
  if (flags === undefined || (flags & FLAG_RESERVED) !== 0 || bytes.length < 1 + ID_BYTES + 4) return MALFORMED
  if ((flags & FLAG_STORED) !== 0 && (flags & FLAG_DEFLATED) !== 0) return MALFORMED
  const id = bytes.slice(1, 1 + ID_BYTES)
  const createdAt = readUint32(bytes, 1 + ID_BYTES)
  const age = readVarint(bytes, 1 + ID_BYTES + 4)
  if (age === undefined) return MALFORMED
  let offset = age.end

  let subject: string | undefined
  if ((flags & FLAG_SUBJECT) !== 0) {
    const length = bytes[offset] ?? 0
    const end = offset + 1 + length
    if (length === 0 || end > bytes.length) return MALFORMED
    subject = decodeUtf8(bytes.subarray(offset + 1, end))
    if (subject === undefined) return MALFORMED
    offset = end
  }
  let generation: number | undefined
  if ((flags & FLAG_GENERATION) !== 0) {
    const read = readVarint(bytes, offset)
    if (read === undefined) return MALFORMED
    generation = read.value
    offset = read.end
  }
  let dataVersion: number | undefined
  if ((flags & FLAG_DATA_VERSION) !== 0) {
    const read = readVarint(bytes, offset)
    if (read === undefined) return MALFORMED
    dataVersion = read.value
    offset = read.end
  }
  let flash: Bytes | undefined
  if ((flags & FLAG_FLASH) !== 0) {
    const length = readVarint(bytes, offset)
    if (length === undefined || length.end + length.value > bytes.length) return MALFORMED
    flash = bytes.subarray(length.end, length.end + length.value)
    offset = length.end + length.value
  }
  const payload = unpackPayload(bytes, offset, flags)
  if (payload === undefined) return MALFORMED

  const form = (flags & FLAG_STORED) !== 0 ? 'stored' : (flags & FLAG_DEFLATED) !== 0 ? 'deflated' : 'plain'
  // Assigned one by one: spreading what may be absent costs more than the rest of this function, on every request.
  const claims: { -readonly [Name in keyof Claims]: Claims[Name] } = {
    id,
    createdAt,
    sealedAt: createdAt + age.value,
    persistent: (flags & FLAG_PERSISTENT) !== 0,
  }
  if (subject !== undefined) claims.subject = subject
  if (generation !== undefined) claims.generation = generation
  if (dataVersion !== undefined) claims.dataVersion = dataVersion
  return flash === undefined ? { claims, form, payload } : { claims, flash, form, payload }
}

const MALFORMED: Rejection = new Rejection('malformed')

function flagsOf({ claims, flash, form }: SessionRecord): number {
  let flags = 0
  if (form === 'deflated') flags |= FLAG_DEFLATED
  if (claims.subject !== undefined) flags |= FLAG_SUBJECT
  if (claims.generation !== undefined) flags |= FLAG_GENERATION
  if (flash !== undefined) flags |= FLAG_FLASH
  if (claims.dataVersion !== undefined) flags |= FLAG_DATA_VERSION
  if (claims.persistent) flags |= FLAG_PERSISTENT
  if (form === 'stored') flags |= FLAG_STORED
  return flags
}

function unpackPayload(bytes: Bytes, offset: number, flags: number): Bytes | undefined {
  if ((flags & FLAG_STORED) !== 0) return bytes.length - offset === DATA_KEY_BYTES ? bytes.subarray(offset) : undefined
  if ((flags & FLAG_DEFLATED) === 0) return bytes.subarray(offset)
  const length = readVarint(bytes, offset)
  if (length === undefined) return undefined
  const end = length.end + length.value
  const padding = bytes.length - end
  if (padding < 0 || padding >= PADDING_BYTES || bytes.length % PADDING_BYTES !== 0) return undefined
  for (let index = end; index < bytes.length; index++) if (bytes[index] !== 0) return undefined
  return bytes.subarray(length.end, end)
}

/** Whether a number can be written as a varint. */
export function isVarint(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= VARINT_MAX
}
