import { decodeBase64url, encodeUtf8 } from '#bytes'
import { platformDeflate } from '#deflate'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Bytes, decodeUtf8, toHex } from './base/bytes.ts'
import { Rejection } from './base/rejection.ts'
import { PAYLOAD_BYTES } from './codec/deflate.ts'
import { decodePayload, encodePayload } from './codec/payload.ts'
import { type Claims, unpackRecord } from './codec/record.ts'
import { resolveAttributes } from './cookie/attributes.ts'
import { joinToken, tokenLimit } from './cookie/chunks.ts'
import * as core from './index.ts'
import { decodeEnvelope } from './seal/envelope.ts'
import { findKey, parseKeyring } from './seal/keyring.ts'
import { createSealer } from './seal/sealer.ts'
import { decodeFlash, NO_FLASH } from './sessions/flash.ts'
import { endedReason, resolveLifetimes } from './sessions/lifetime.ts'
import { type Accepted, openThrough, type Refused, type Vector } from './sessions/open-vector.fixture.ts'
import { isPlainObject } from './sessions/schema.ts'
import { notation, readVectors } from './spec-vectors.node.ts'

// The shapes are described in spec/README.md.
const ACCEPT = [...readVectors('accept.json'), ...readVectors('golden.json')] as readonly Vector<Accepted>[]
const REJECT = readVectors('reject.json') as readonly Vector<Refused>[]

describe('a vector that opens', () => {
  it.each(ACCEPT)('opens through the public interface: $name', async (vector) => {
    const { session, reasons, written } = await openThrough(core, vector)
    const { keyId, chunks, data } = vector.expect
    expect(reasons).toEqual([])
    expect({
      id: session.id,
      createdAt: session.createdAt,
      subject: session.subject ?? null,
      persistent: session.persistent,
      flash: session.flash.peek().map(({ kind, text }) => [kind, text]),
    }).toEqual(pick(vector.expect, ['id', 'createdAt', 'subject', 'persistent', 'flash']))
    expect(session.cookie).toMatchObject({ keyId, chunks })
    if (data !== null) expect(notation(session.data)).toEqual(data)
    expect(written).toEqual([])
  })

  it.each(ACCEPT)('passes every step with the expected claims and payload: $name', async (vector) => {
    const steps = await walk(vector)
    expect(steps).toMatchObject({ step: 'opened' })
    const { claims, payload } = steps as Walked
    expect({
      id: toHex(claims.id),
      createdAt: claims.createdAt,
      sealedAt: claims.sealedAt,
      subject: claims.subject ?? null,
      generation: claims.generation ?? null,
      dataVersion: claims.dataVersion ?? null,
      persistent: claims.persistent,
    }).toEqual(
      pick(vector.expect, ['id', 'createdAt', 'sealedAt', 'subject', 'generation', 'dataVersion', 'persistent']),
    )
    expect(vector.expect.payload ?? payload).toBe(payload)
    expect(encodeUtf8(payload).length).toBe(vector.expect.payloadBytes)
    expect(createHash('sha256').update(payload).digest('hex')).toBe(vector.expect.payloadSha256)
  })

  it.each(ACCEPT.filter(({ expect: { payload } }) => payload !== null))(
    'is encoded as the vector says: $name',
    ({ expect: { canonical, payload } }) => {
      expect(encodePayload(decodePayload(payload!)) === payload).toBe(canonical)
    },
  )
})

describe('a vector that does not open', () => {
  it.each(REJECT)('is refused through the public interface as $expect.reason: $name', async (vector) => {
    const { session, reasons, written } = await openThrough(core, vector)
    expect(reasons).toEqual([vector.expect.reason])
    expect(session).toMatchObject({ origin: 'fresh', subject: undefined, data: {}, cookie: undefined })
    expect(written).toEqual([])
  })

  it.each(REJECT)('passes every step before $expect.step: $name', async (vector) => {
    expect(await walk(vector)).toEqual(vector.expect)
  })
})

interface Walked {
  readonly step: 'opened'
  readonly claims: Claims
  readonly payload: string
}

/** The steps of spec/token.md "Reading", one by one, with the parts that the reader itself is made of. */
async function walk(vector: Vector): Promise<Walked | Refused> {
  const attributes = resolveAttributes({ name: vector.cookie, maxChunks: vector.maxChunks })
  const opened: (Walked & { readonly flash: string | undefined })[] = []
  let first: Refused | undefined
  for (const { token } of joinToken(vector.header, attributes)) {
    const result =
      token instanceof Rejection ? refused('join', token) : await walkToken(token, tokenLimit(attributes), vector)
    if (result.step === 'opened') opened.push(result as (typeof opened)[number])
    else first ??= result as Refused
  }
  const [chosen] = opened.toSorted((a, b) => b.claims.sealedAt - a.claims.sealedAt)
  if (chosen === undefined) return first!
  if (new Set(opened.map(({ claims }) => toHex(claims.id))).size > 1) return { step: 'choice', reason: 'ambiguous' }
  if (!isPlainObject(decodePayload(chosen.payload))) return { step: 'payload', reason: 'undecodable' }
  return decodeFlash(chosen.flash ?? NO_FLASH) === undefined ? { step: 'flash', reason: 'undecodable' } : chosen
}

async function walkToken(
  token: string,
  limit: number,
  vector: Vector,
): Promise<(Walked & { flash: string | undefined }) | Refused> {
  if (token.length > limit) return { step: 'length', reason: 'too-large' }
  if (decodeBase64url(token) === undefined) return { step: 'base64url', reason: 'malformed' }
  const envelope = decodeEnvelope(token)
  if (envelope instanceof Rejection) {
    return refused(envelope.reason === 'unknown-version' ? 'version' : 'envelope', envelope)
  }
  const keyring = await parseKeyring(vector.keys)
  const key = findKey(keyring.current, envelope.keyId)
  if (key instanceof Rejection) return refused('key', key)
  const { cookie: name, audience } = vector
  const unsealed = await createSealer(keyring, { kind: 'cookie', name, ...(audience !== null && { audience }) }).unseal(
    token,
  )
  if (unsealed instanceof Rejection) return refused('aead', unsealed)
  const record = unpackRecord(unsealed.plaintext)
  if (record instanceof Rejection) return refused('record', record)
  const payload =
    record.form === 'deflated' ? await platformDeflate.inflate(record.payload, PAYLOAD_BYTES) : record.payload
  if (payload === undefined || payload.length > PAYLOAD_BYTES || record.form === 'stored') {
    return { step: 'inflate', reason: 'malformed' }
  }
  const ended = endedReason(
    record.claims,
    vector.now,
    resolveLifetimes({ absolute: vector.lifetime.absolute, idle: vector.lifetime.idle ?? 'off' }),
  )
  if (ended !== undefined) return { step: 'time', reason: ended }
  return texts(record.claims, payload, record.flash)
}

function texts(
  claims: Claims,
  payload: Bytes,
  flash: Bytes | undefined,
): (Walked & { flash: string | undefined }) | Refused {
  const payloadText = decodeUtf8(payload)
  const flashText = flash === undefined ? undefined : decodeUtf8(flash)
  if (payloadText === undefined || (flash !== undefined && flashText === undefined)) {
    return { step: 'utf8', reason: 'undecodable' }
  }
  return { step: 'opened', claims, payload: payloadText, flash: flashText }
}

function refused(step: string, { reason }: Rejection): Refused {
  return { step, reason }
}

function pick(whole: Accepted, names: readonly (keyof Accepted)[]): object {
  return Object.fromEntries(names.map((name) => [name, whole[name]]))
}
