import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { VARINT_MAX } from './codec/cursor.ts'
import { DEFLATE_ABOVE_BYTES, PAYLOAD_BYTES } from './codec/deflate.ts'
import { PAYLOAD_DEPTH, PAYLOAD_NODES } from './codec/payload.ts'
import {
  type Claims,
  DATA_KEY_BYTES,
  ID_BYTES,
  PADDING_BYTES,
  packRecord,
  type SessionRecord,
  SUBJECT_BYTES,
} from './codec/record.ts'
import { BIGINT_DIGITS, DATE_LIMIT } from './codec/tag.ts'
import { CHUNKS_LIMIT } from './cookie/attributes.ts'
import { COOKIE_BYTES, LABEL_CHARACTERS } from './cookie/chunks.ts'
import { CANDIDATES } from './cookie/header.ts'
import { KEY_BYTES, NONCE_BYTES, NONCE_PREFIX_BYTES, TAG_BYTES } from './seal/aead.ts'
import { ENVELOPE_OVERHEAD, ENVELOPE_VERSION } from './seal/envelope.ts'
import { CHECKSUM_BYTES, DISTINCT_BYTES, KEY_ID_BYTES, KEY_PREFIX } from './seal/key.ts'
import { BATCH_AGE_MS, BATCH_BYTES, PREFIX_AGE_MS, PREFIX_SEALS } from './seal/nonce.ts'
import { PURPOSE_PART_BYTES } from './seal/purpose.ts'
import { SKEW } from './sessions/lifetime.ts'
import { SPEC } from './spec-vectors.node.ts'

const DOCUMENT = readFileSync(new URL('token.md', SPEC), 'utf8')

const CONSTANTS: Readonly<Record<string, number>> = {
  ENVELOPE_VERSION,
  KEY_BYTES,
  KEY_ID_BYTES,
  CHECKSUM_BYTES,
  DISTINCT_BYTES,
  PURPOSE_PART_BYTES,
  NONCE_BYTES,
  NONCE_PREFIX_BYTES,
  TAG_BYTES,
  ENVELOPE_OVERHEAD,
  PREFIX_SEALS,
  PREFIX_AGE_MS,
  BATCH_BYTES,
  BATCH_AGE_MS,
  VARINT_MAX,
  ID_BYTES,
  SUBJECT_BYTES,
  DATA_KEY_BYTES,
  PADDING_BYTES,
  PAYLOAD_BYTES,
  BIGINT_DIGITS,
  PAYLOAD_DEPTH,
  PAYLOAD_NODES,
  DEFLATE_ABOVE_BYTES,
  DATE_LIMIT,
  COOKIE_BYTES,
  CHUNKS_LIMIT,
  LABEL_CHARACTERS,
  CANDIDATES,
  SKEW,
}

describe('spec/token.md', () => {
  it('has in its table of limits what the code has', () => {
    const limits = rowsOf('Limits').map(([, value = '', name = '']) => [
      name.replaceAll('`', ''),
      Number(value.replaceAll(',', '')),
    ])
    expect(Object.fromEntries(limits)).toEqual(CONSTANTS)
  })

  it.each<[flag: string, record: Partial<SessionRecord>, claims: Partial<Claims>]>([
    ['deflated', { form: 'deflated' }, {}],
    ['subject', {}, { subject: 'a' }],
    ['generation', {}, { generation: 0 }],
    ['flash', { flash: new Uint8Array(1) }, {}],
    ['data version', {}, { dataVersion: 1 }],
    ['persistent', {}, { persistent: true }],
    ['stored', { form: 'stored', payload: new Uint8Array(32) }, {}],
  ])('has the bit that the code sets for the flag %s', (flag, record, claims) => {
    const [flags] = packRecord({
      claims: { id: new Uint8Array(ID_BYTES), createdAt: 0, sealedAt: 0, persistent: false, ...claims },
      form: 'plain',
      payload: new Uint8Array(1),
      ...record,
    })
    const [bit] = rowsOf('Record').find(([, name]) => name === flag)!
    expect(flags).toBe(1 << Number(bit))
  })

  it('names keys as the code does', () => {
    expect(DOCUMENT).toContain(`key-text = "${KEY_PREFIX}" ${(4 * (KEY_BYTES + CHECKSUM_BYTES)) / 3}base64url`)
  })
})

/** The cells of the first table under a heading, without its head. */
function rowsOf(heading: string): string[][] {
  const [, section = ''] = DOCUMENT.split(`\n## ${heading}\n`)
  const [table = ''] = section.match(/(?:^\|.*\n)+/mu) ?? []
  const rows = table.trim().split('\n').slice(2)
  if (rows.length === 0) throw new Error(`no table under ${heading}`)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
