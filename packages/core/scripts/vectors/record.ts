import { type Bytes, concat } from '../../src/base/bytes.ts'
import { writeVarint } from '../../src/codec/cursor.ts'
import { type Claims, packRecord } from '../../src/codec/record.ts'
import { bytes, NOW, utf8 } from './compose.ts'

/** The id of every session in the vectors that has no reason for another. */
export const ID: Bytes = Uint8Array.from({ length: 16 }, (_, index) => index * 17)

/** Claims of a session that has just begun. */
export function claimsOf(more: Partial<Claims> = {}): Claims {
  return { id: ID, createdAt: NOW, sealedAt: NOW, persistent: false, ...more }
}

/** What a record holds, as a writer has it. */
export interface RecordParts {
  readonly claims?: Partial<Claims>
  readonly flash?: string
  readonly payload?: string
  /** A raw DEFLATE stream of `payload`, where it is to be deflated. */
  readonly stream?: Bytes
}

/** The record as the writer of this package lays it out. */
export function recordOf({ claims, flash, payload = '{}', stream }: RecordParts = {}): Bytes {
  return packRecord({
    claims: claimsOf(claims),
    ...(flash !== undefined && { flash: utf8(flash) }),
    ...(stream === undefined ? { form: 'plain', payload: utf8(payload) } : { form: 'deflated', payload: stream }),
  })
}

/** The record of a payload that is not UTF-8, or of a flash that is not. */
export function recordOfBytes(claims: Partial<Claims>, payload: Bytes, flash?: Bytes): Bytes {
  return packRecord({ claims: claimsOf(claims), form: 'plain', payload, ...(flash !== undefined && { flash }) })
}

/** A record laid out by hand, for what the writer refuses to write: flags, id, createdAt, and then whatever is given. */
export function rawRecord(flags: number, ...rest: readonly Uint8Array[]): Bytes {
  const createdAt = new Uint8Array(4)
  new DataView(createdAt.buffer).setUint32(0, NOW)
  return concat(bytes(flags), ID, createdAt, ...rest)
}

/** A deflated record laid out by hand, with so many bytes of padding of this value. */
export function rawDeflated(stream: Bytes, padding: number, value = 0): Bytes {
  return rawRecord(0x01, bytes(0), varint(stream.length), stream, new Uint8Array(padding).fill(value))
}

/** How many zeros bring a record of {@link rawDeflated} to a multiple of 32 bytes. */
export function paddingOf(stream: Bytes): number {
  return (32 - ((1 + 16 + 4 + 1 + varint(stream.length).length + stream.length) % 32)) % 32
}

function varint(value: number): Bytes {
  const cursor = { bytes: new Uint8Array(5), at: 0 }
  writeVarint(cursor, value)
  return cursor.bytes.slice(0, cursor.at)
}
