import { describe, expect, it } from 'vitest'
import { encodeBase64url } from '#bytes'
import { concat, toHex } from '../base/bytes.ts'
import { decodeEnvelope, ENVELOPE_OVERHEAD, envelopeHeader, packEnvelope } from './envelope.ts'

const counting = (from: number, length: number) => Uint8Array.from({ length }, (_, index) => from + index)

describe('an envelope', () => {
  it.each([0, 1, 100])('gives back its parts with %i bytes of ciphertext', (length) => {
    const sealed = counting(100, length + 16)
    const bytes = packEnvelope(envelopeHeader('00ff10a0'), counting(1, 12), counting(50, 12), sealed)
    expect(bytes.length).toBe(ENVELOPE_OVERHEAD + length)
    expect(decodeEnvelope(encodeBase64url(bytes))).toEqual({
      bytes,
      keyId: '00ff10a0',
      noncePrefix: counting(1, 12),
      nonceSuffix: counting(50, 12),
      ciphertextAndTag: sealed,
    })
  })

  it('begins with the version and the key id', () => {
    expect(toHex(envelopeHeader('00ff10a0'))).toBe('0100ff10a0')
    expect(toHex(envelopeHeader('ffffffff'))).toBe('01ffffffff')
  })

  it.each([
    ['nothing', new Uint8Array(0), 'malformed'],
    ['the version alone', Uint8Array.of(1), 'malformed'],
    ['one byte less than the least', concat(Uint8Array.of(1), new Uint8Array(ENVELOPE_OVERHEAD - 2)), 'malformed'],
    ['another version alone', Uint8Array.of(2), 'unknown-version'],
    ['version 0', new Uint8Array(100), 'unknown-version'],
  ])('is refused when it is %s', (_, bytes, reason) => {
    expect(decodeEnvelope(encodeBase64url(bytes))).toMatchObject({ reason })
  })
})
