import { encodeBase64url } from '../../src/base/bytes.node.ts'
import { type Bytes, concat, toHex } from '../../src/base/bytes.ts'
import type { RejectionReason } from '../../src/base/rejection.ts'
import type { Claims } from '../../src/codec/record.ts'
import { encodePurpose, type Purpose, lengthPrefixed } from '../../src/seal/purpose.ts'
import { OTHER_ID } from './accept.ts'
import {
  bytes,
  chunked,
  composeEnvelope,
  composeToken,
  COOKIE,
  KEY_A,
  KEY_B,
  KEY_C,
  keyIdOf,
  keyText,
  LIFETIME,
  noise,
  NOW,
  rootKeyOf,
  type TokenParts,
  utf8,
  type WrittenVector,
} from './compose.ts'
import { BOMB, CART, storedBlock, TOO_MANY_VALUES } from './deflated.ts'
import { paddingOf, rawDeflated, rawRecord, recordOf, recordOfBytes } from './record.ts'

/** The step of spec/token.md "Reading" that refuses. */
type Step =
  | 'join'
  | 'length'
  | 'base64url'
  | 'version'
  | 'envelope'
  | 'key'
  | 'aead'
  | 'record'
  | 'inflate'
  | 'time'
  | 'utf8'
  | 'choice'
  | 'payload'
  | 'flash'

/** A header that opens no session. What is left out is as in most vectors. */
interface RejectCase {
  readonly name: string
  readonly reason: RejectionReason
  readonly step: Step
  readonly header: string | Promise<string>
  readonly audience?: string
  readonly maxChunks?: number
  readonly lifetime?: { readonly absolute: number; readonly idle: number | null }
}

const PURPOSE: Purpose = { kind: 'cookie', name: COOKIE }
const RECORD = recordOf({ claims: { subject: 'user-1' }, payload: '{"a":1}' })
const [ID_A, ID_B] = [await keyIdOf(KEY_A), await keyIdOf(KEY_B)]
const GOOD = await token('the token that is spoiled')

/** The token of a record in an envelope with, where given, something wrong about it. */
function token(name: string, parts: Partial<TokenParts> = {}): Promise<string> {
  return composeToken({ nonceOf: name, record: RECORD, ...parts })
}

async function cookie(name: string, parts: Partial<TokenParts> = {}): Promise<string> {
  return `session=${await token(name, parts)}`
}

/** A good token whose text has been changed. */
function spoiled(name: string, change: (text: string) => string): RejectCase {
  return { name, reason: 'malformed', step: 'base64url', header: `session=${changed(GOOD, change)}` }
}

/** A good token with padding for a record of another length, so that its text ends in another way. */
async function endingIn(name: string, remainder: 2 | 3, change: (text: string) => string): Promise<RejectCase> {
  const text = await token(name, { record: recordOf({ payload: `{"a":${'1'.repeat(remainder + 1)}}` }) })
  if (text.length % 4 !== remainder) throw new Error(`${name}: ${text.length % 4} characters over`)
  return { name, reason: 'malformed', step: 'base64url', header: `session=${changed(text, change)}` }
}

/** The next character of the alphabet: the same bytes to a reader that does not look at unused bits. */
function withUnusedBit(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + (alphabet[alphabet.indexOf(text.slice(-1)) + 1] ?? '')
}

function changed(text: string, change: (text: string) => string): string {
  const result = change(text)
  if (result === text) throw new Error('nothing was changed')
  return result
}

/** An envelope whose bytes have been changed after it was sealed. */
async function altered(name: string, change: (envelope: Bytes) => Bytes): Promise<RejectCase> {
  const envelope = await composeEnvelope({ nonceOf: name, record: RECORD })
  return { name, reason: 'forged', step: 'aead', header: `session=${encodeBase64url(change(envelope))}` }
}

function flipped(at: number, bit = 0): (envelope: Bytes) => Bytes {
  return (envelope) =>
    envelope.map((byte, index) => (index === (at < 0 ? envelope.length + at : at) ? byte ^ (1 << bit) : byte))
}

/** Sealed with something else than a reader of this cookie takes. */
function forged(name: string, parts: Partial<TokenParts>): RejectCase {
  return { name, reason: 'forged', step: 'aead', header: cookie(name, parts) }
}

/** An authentic token whose record is not one. */
function record(name: string, content: Bytes, step: 'record' | 'inflate' = 'record'): RejectCase {
  return { name, reason: 'malformed', step, header: cookie(name, { record: content }) }
}

function inflate(name: string, stream: Bytes): RejectCase {
  return record(name, rawDeflated(stream, paddingOf(stream)), 'inflate')
}

/** An authentic token with a payload text that cannot be decoded. */
function payload(name: string, text: string): RejectCase {
  return { name, reason: 'undecodable', step: 'payload', header: cookie(name, { record: recordOf({ payload: text }) }) }
}

function flash(name: string, text: string): RejectCase {
  return { name, reason: 'undecodable', step: 'flash', header: cookie(name, { record: recordOf({ flash: text }) }) }
}

function utf8Case(name: string, content: Bytes): RejectCase {
  return { name, reason: 'undecodable', step: 'utf8', header: cookie(name, { record: content }) }
}

function time(
  name: string,
  reason: RejectionReason,
  claims: Partial<Claims>,
  lifetime: { absolute: number; idle: number | null } = LIFETIME,
): RejectCase {
  return { name, reason, step: 'time', header: cookie(name, { record: recordOf({ claims }) }), lifetime }
}

function join(name: string, reason: RejectionReason, header: string | Promise<string>, maxChunks = 2): RejectCase {
  return { name, reason, step: 'join', header, maxChunks }
}

/** One cookie of so many characters that are no token. */
function characters(count: number, maxChunks: number, expect: Pick<RejectCase, 'reason' | 'step'>): RejectCase {
  return {
    name: `${count} characters in one cookie where ${maxChunks} may come`,
    ...expect,
    header: `session=${'A'.repeat(count)}`,
    maxChunks,
  }
}

/** A good token under what is another name, before a cookie that is refused: whoever takes it for one of ours opens it. */
function renamed(name: string, header: string): RejectCase {
  return { name, reason: 'malformed', step: 'base64url', header: `${header}; session=+` }
}

/** A good token beside a newer one of the same session that is taken before it, and refused. */
function chosen(name: string, step: 'payload' | 'flash', content: { payload?: string; flash?: string }): RejectCase {
  const header = cookie(name, { record: recordOf({ claims: { sealedAt: NOW + 1 }, ...content }) })
  return { name, reason: 'undecodable', step, header: header.then((newer) => `session=${GOOD}; ${newer}`) }
}

async function long(name: string, limit: number, maxChunks: number): Promise<RejectCase> {
  // Base64url turns 3 bytes into 4 characters: the least token over the limit.
  const content = recordOf({
    payload: JSON.stringify({ a: 'x'.repeat(Math.ceil(((limit + 1) * 3) / 4) - 45 - 22 - 8) }),
  })
  const header = await cookie(name, { record: content })
  const over = header.length - 'session='.length - limit
  if (over < 1 || over > 2) throw new Error(`${name}: ${over} characters over`)
  return { name, reason: 'too-large', step: 'length', header, maxChunks }
}

const nested = (depth: number): string => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1)

const SECOND = chunked(GOOD, [40])[1] ?? ''

/** The first of two chunks, and then whatever is given. */
function second(rest: string): string {
  return `${chunked(GOOD, [40])[0]}; ${rest}`
}

const JOIN: readonly RejectCase[] = [
  join('three chunks where two are allowed', 'too-large', chunked(GOOD, [40, 40]).join('; ')),
  join('two chunks where none are allowed', 'too-large', chunked(GOOD, [40]).join('; '), 1),
  join('nine chunks announced and none there', 'too-large', `session=9.${GOOD.slice(-6)}.${GOOD}`),
  join('the second chunk is missing', 'chunks-incomplete', chunked(GOOD, [40]).slice(0, 1).join('; ')),
  join(
    'a chunk in the middle is missing',
    'chunks-incomplete',
    chunked(GOOD, [40, 40])
      .filter((_, index) => index !== 1)
      .join('; '),
    3,
  ),
  join(
    'a chunk under the name of another',
    'chunks-incomplete',
    chunked(GOOD, [40]).join('; ').replace('session.1=', 'session.01='),
  ),
  join(
    'the second chunk has the label of another writing',
    'chunks-incomplete',
    `${chunked(GOOD, [40])[0]}; session.1=AAAAAA.${GOOD.slice(40)}`,
  ),
  join('the second chunk has no label', 'chunks-incomplete', `${chunked(GOOD, [40])[0]}; session.1=${GOOD.slice(40)}`),
  join(
    'the label is not the end of the token',
    'chunks-incomplete',
    `session=2.AAAAAA.${GOOD.slice(0, 40)}; session.1=AAAAAA.${GOOD.slice(40)}`,
  ),
  join(
    'the right second chunk behind four others',
    'chunks-incomplete',
    second(`session.1=a; session.1=b; session.1=c; session.1=d; ${SECOND}`),
  ),
  join(
    'a second chunk of the same label and with an empty part before the right one',
    'chunks-incomplete',
    second(`session.1=${GOOD.slice(-6)}.; ${SECOND}`),
  ),
  join(
    'a second chunk of the same label and with another part before the right one',
    'chunks-incomplete',
    second(`session.1=${GOOD.slice(-6)}.AAAA; ${SECOND}`),
  ),
  join('a second chunk with an empty value', 'chunks-incomplete', second('session.1=')),
  join(
    'a second chunk whose name differs in case',
    'chunks-incomplete',
    second(SECOND.replace('session.1=', 'Session.1=')),
  ),
  join(
    'a second chunk with a space behind its name',
    'chunks-incomplete',
    second(SECOND.replace('session.1=', 'session.1 =')),
  ),
  join(
    'a second chunk whose value begins with U+00A0',
    'chunks-incomplete',
    second(SECOND.replace('session.1=', 'session.1=\u{A0}')),
  ),
  join(
    'three chunks where two are allowed, of a label outside of the alphabet',
    'malformed',
    `session=3.AAAAA+.${GOOD}`,
  ),
  join('nine chunks where two are allowed, without a part', 'malformed', 'session=9.AAAAAA.'),
  join('a count of one', 'malformed', `session=1.${GOOD.slice(-6)}.${GOOD}`),
  join('a count of zero', 'malformed', `session=0.${GOOD.slice(-6)}.${GOOD}`),
  join(
    'a label of five characters',
    'malformed',
    `session=2.${GOOD.slice(-5)}.${GOOD.slice(0, 40)}; session.1=${GOOD.slice(-5)}.${GOOD.slice(40)}`,
  ),
  join(
    'a label outside of the alphabet',
    'malformed',
    `session=2.AAAAA+.${GOOD.slice(0, 40)}; session.1=AAAAA+.${GOOD.slice(40)}`,
  ),
  join(
    'a first chunk without a part',
    'malformed',
    `session=2.${GOOD.slice(-6)}.; session.1=${GOOD.slice(-6)}.${GOOD}`,
  ),
  join('a letter for a count', 'malformed', `session=a.${GOOD}`),
]

const LENGTH: readonly RejectCase[] = [
  await long('a token that is too long for one cookie', 4096 - 7, 1),
  await long('a token that is too long for two cookies', 4096 - 7 - 9 + (4096 - 9 - 7), 2),
  {
    name: 'two chunks that together are too long',
    reason: 'too-large',
    step: 'length',
    header: token('two long chunks', {
      record: recordOf({ payload: JSON.stringify({ a: toHex(noise('long', 3200)) }) }),
    }).then((text) => chunked(text, [4080]).join('; ')),
  },
  // To the last character that fits, the next step refuses, or the one after it; from there on this one.
  characters(4089, 1, { reason: 'malformed', step: 'base64url' }),
  characters(4090, 1, { reason: 'too-large', step: 'length' }),
  characters(8160, 2, { reason: 'unknown-version', step: 'version' }),
  characters(8161, 2, { reason: 'too-large', step: 'length' }),
  characters(36_720, 9, { reason: 'unknown-version', step: 'version' }),
  characters(36_721, 9, { reason: 'too-large', step: 'length' }),
]

const NAMES: readonly RejectCase[] = [
  renamed('a name that differs in case', `Session=${GOOD}`),
  renamed('a name in capitals', `SESSION=${GOOD}`),
  renamed('a space behind the name', `session =${GOOD}`),
  renamed('a tab behind the name', `session\t=${GOOD}`),
  renamed('a name with percent-encoding', `%73ession=${GOOD}`),
  renamed('a name in quotes', `"session"=${GOOD}`),
  renamed('a name behind a comma', `a=b, session=${GOOD}`),
  renamed('a name behind a space in another value', `a=b session=${GOOD}`),
  renamed('a name behind U+00A0', `a=b;\u{A0}session=${GOOD}`),
  renamed('a name behind a form feed', `a=b;\fsession=${GOOD}`),
]

const BASE64URL: readonly RejectCase[] = [
  spoiled('"+" for "-"', (text) => text.replace('-', '+')),
  spoiled('"/" for "_"', (text) => text.replace('_', '/')),
  spoiled('a character too many', (text) => `${text}A`),
  {
    name: 'a count of two digits, which begins no chunk',
    reason: 'malformed',
    step: 'base64url',
    header: `session=10.${GOOD.slice(-6)}.${GOOD}`,
  },
  spoiled('a dot in the middle', (text) => `${text.slice(0, 40)}.${text.slice(40)}`),
  spoiled('a space in the middle', (text) => `${text.slice(0, 40)} ${text.slice(40)}`),
  spoiled('a tab in the middle', (text) => `${text.slice(0, 40)}\t${text.slice(40)}`),
  spoiled('percent-encoding', (text) => text.replace('-', '%2D')),
  spoiled('quotes around it', (text) => `"${text}"`),
  spoiled('"=" behind it', (text) => `${text}=`),
  spoiled('a letter beyond ASCII', (text) => `${text.slice(0, 40)}é${text.slice(41)}`),
  // U+00C1: without its first bit it is "A".
  spoiled('a letter whose code ends like that of "A"', (text) => `${text.slice(0, 40)}\u{C1}${text.slice(41)}`),
  ...[
    { what: 'a vertical tab', character: '\v' },
    { what: 'a form feed', character: '\f' },
    { what: 'U+0085', character: '\u{85}' },
    { what: 'U+00A0', character: '\u{A0}' },
  ].flatMap(({ what, character }) => [
    spoiled(`${what} before it`, (text) => `${character}${text}`),
    spoiled(`${what} behind it`, (text) => `${text}${character}`),
    spoiled(`${what} and a space behind it`, (text) => `${text}${character} `),
  ]),
  await endingIn('"==" behind a token of 4n + 2 characters', 2, (text) => `${text}==`),
  await endingIn('"=" behind a token of 4n + 3 characters', 3, (text) => `${text}=`),
  await endingIn('unused bits in the last of 4n + 2 characters', 2, withUnusedBit),
  await endingIn('unused bits in the last of 4n + 3 characters', 3, withUnusedBit),
]

const ENVELOPE: readonly RejectCase[] = [
  { name: 'version 0', reason: 'unknown-version', step: 'version', header: cookie('version 0', { version: 0 }) },
  { name: 'version 2', reason: 'unknown-version', step: 'version', header: cookie('version 2', { version: 2 }) },
  {
    name: 'version 0x81',
    reason: 'unknown-version',
    step: 'version',
    header: cookie('version 0x81', { version: 0x81 }),
  },
  {
    name: 'another version, and nothing else',
    reason: 'unknown-version',
    step: 'version',
    header: `session=${encodeBase64url(bytes(2))}`,
  },
  ...[1, 5, 29, 44].map((length): RejectCase => ({
    name: `an envelope of ${length} bytes`,
    reason: 'malformed',
    step: 'envelope',
    header: composeEnvelope({ nonceOf: `${length} bytes`, record: RECORD }).then(
      (envelope) => `session=${encodeBase64url(envelope.slice(0, length))}`,
    ),
  })),
  {
    name: 'a key that the keyring does not have',
    reason: 'unknown-key',
    step: 'key',
    header: cookie('key C', { key: KEY_C }),
  },
  {
    name: 'a key id that no key has, over a key that the keyring has',
    reason: 'unknown-key',
    step: 'key',
    header: cookie('other key id', { keyId: ID_A.map((byte) => byte ^ 0xff) }),
  },
]

const AEAD: readonly RejectCase[] = [
  await altered('a bit of the nonce prefix', flipped(5)),
  await altered('a bit of the nonce suffix', flipped(28, 7)),
  await altered('a bit of the ciphertext', flipped(29)),
  await altered('a bit in the middle of the ciphertext', flipped(45, 4)),
  await altered('the first bit of the tag', flipped(-16, 7)),
  await altered('the last bit of the tag', flipped(-1)),
  await altered('a tag cut to 15 bytes', (envelope) => envelope.slice(0, -1)),
  await altered('a tag cut to 12 bytes', (envelope) => envelope.slice(0, -4)),
  await altered('a tag cut to 4 bytes', (envelope) => envelope.slice(0, -12)),
  await altered('a tag that is missing', (envelope) => envelope.slice(0, -16)),
  await altered('a byte behind the tag', (envelope) => concat(envelope, bytes(0))),
  await altered('a byte of the ciphertext taken out', (envelope) => concat(envelope.slice(0, 40), envelope.slice(41))),
  await altered('the nonce halves exchanged', (envelope) =>
    concat(envelope.slice(0, 5), envelope.slice(17, 29), envelope.slice(5, 17), envelope.slice(29)),
  ),
  await altered('the id of another key of the keyring', (envelope) =>
    concat(envelope.slice(0, 1), ID_B, envelope.slice(5)),
  ),
  forged('the id of another key of the keyring, authenticated', { keyId: ID_B }),
  forged('sealed for another cookie', { purpose: { kind: 'cookie', name: 'other' } }),
  forged('sealed for a cookie whose name begins alike', { purpose: { kind: 'cookie', name: 'session2' } }),
  forged('sealed for a cookie whose name differs in case', { purpose: { kind: 'cookie', name: 'Session' } }),
  forged('sealed as a row', { purpose: { kind: 'row', name: COOKIE } }),
  forged('sealed as a token of the app', { purpose: { kind: 'token', name: COOKIE } }),
  forged('sealed for an audience where none is expected', { purpose: { ...PURPOSE, audience: 'a' } }),
  { ...forged('sealed for no audience where one is expected', {}), audience: 'a' },
  { ...forged('sealed for another audience', { purpose: { ...PURPOSE, audience: 'b' } }), audience: 'a' },
  {
    ...forged('sealed for an audience that differs in case', { purpose: { ...PURPOSE, audience: 'A' } }),
    audience: 'a',
  },
  forged('no AAD', { aad: bytes() }),
  forged('an AAD without the header', { aad: encodePurpose(PURPOSE) }),
  forged('an AAD without the purpose', { aad: concat(bytes(1), ID_A) }),
  forged('an AAD whose purpose has no length before it', { aad: concat(bytes(1), ID_A, utf8('cookie:session')) }),
  forged('an AAD for another cookie', { aad: concat(bytes(1), ID_A, lengthPrefixed('cookie:other')) }),
  forged('the root key of another cookie', { rootKey: await rootKeyOf(KEY_A, { kind: 'cookie', name: 'other' }) }),
  forged('the secret itself as root key', { rootKey: KEY_A }),
]

const FLAGS: readonly RejectCase[] = [
  record('an empty record', bytes()),
  record('flags and nothing else', bytes(0)),
  record('a record that ends before the age', rawRecord(0)),
  record('a record of 20 bytes', rawRecord(0).slice(0, 20)),
  record('the reserved flag', rawRecord(0x80, bytes(0), utf8('{}'))),
  record('the payload both deflated and stored', rawRecord(0x41, bytes(0), noise('data key', 32))),
  record(
    'a stored payload, which a reader without a store cannot open',
    rawRecord(0x40, bytes(0), noise('data key', 32)),
    'inflate',
  ),
  record('a stored payload of 31 bytes', rawRecord(0x40, bytes(0), noise('data key', 31))),
  record('an age that does not end', rawRecord(0, bytes(0x80))),
  record('an age with a zero too many', rawRecord(0, bytes(0x80, 0x00), utf8('{}'))),
  record('an age over 2^32 - 1', rawRecord(0, bytes(0x80, 0x80, 0x80, 0x80, 0x10), utf8('{}'))),
  record('an age of six bytes', rawRecord(0, bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x01), utf8('{}'))),
  record('an empty subject', rawRecord(0x02, bytes(0, 0), utf8('{}'))),
  record('no subject', rawRecord(0x02, bytes(0))),
  record('a subject that is cut short', rawRecord(0x02, bytes(0, 5), utf8('user'))),
  record('a subject with a byte that UTF-8 does not have', rawRecord(0x02, bytes(0, 1, 0xff), utf8('{}'))),
  record('a subject with a lone surrogate', rawRecord(0x02, bytes(0, 3, 0xed, 0xa0, 0x80), utf8('{}'))),
  record('a subject that ends within a character', rawRecord(0x02, bytes(0, 1, 0xc3), utf8('{}'))),
  record('no generation', rawRecord(0x04, bytes(0))),
  record('a generation with a zero too many', rawRecord(0x04, bytes(0, 0x81, 0x00), utf8('{}'))),
  record('a generation over 2^32 - 1', rawRecord(0x04, bytes(0, 0xff, 0xff, 0xff, 0xff, 0x1f), utf8('{}'))),
  record('no data version', rawRecord(0x10, bytes(0))),
  record('a data version with a zero too many', rawRecord(0x10, bytes(0, 0x80, 0x00), utf8('{}'))),
  record('no flash', rawRecord(0x08, bytes(0))),
  record('a flash that is cut short', rawRecord(0x08, bytes(0, 3), utf8('[]'))),
  record('a length of flash with a zero too many', rawRecord(0x08, bytes(0, 0x82, 0x00), utf8('[]{}'))),
  record('a deflated payload without its length', rawRecord(0x01, bytes(0), new Uint8Array(10).fill(0x80))),
  record('a deflated payload that is cut short', rawRecord(0x01, bytes(0, 10), utf8('123456789'))),
  record(
    'a length of the stream with a zero too many',
    rawRecord(0x01, bytes(0, 0x80 | 8, 0x00), bytes(0x01, 0x02, 0x00, 0xfd, 0xff, 0x7b, 0x7d, 0x00)),
  ),
  record('padding whose last byte is not zero', withLast(rawDeflated(storedBlock(utf8('{}')), 32 - 30), 1)),
  record(
    'padding whose first byte is not zero',
    concat(rawRecord(0x01, bytes(0, 7), storedBlock(utf8('{}'))), bytes(1, 0)),
  ),
  record('padding of 32 bytes', rawDeflated(storedBlock(utf8('{"a":"x"}')).slice(0, 9), 32)),
  record(
    'no padding where one byte is missing',
    rawDeflated(storedBlock(utf8('{"a":1}')), paddingOf(storedBlock(utf8('{"a":1}'))) - 1),
  ),
  record(
    'one byte of padding too many',
    rawDeflated(storedBlock(utf8('{"a":1}')), paddingOf(storedBlock(utf8('{"a":1}'))) + 1),
  ),
]

/** Claims of a session that is over: the step `time` refuses it, if no step before does. */
const OVER: Partial<Claims> = { createdAt: NOW - 604_800 }

const INFLATE: readonly RejectCase[] = [
  inflate('an empty stream', bytes()),
  inflate('a stream that is cut short', CART.stream.slice(0, -1)),
  inflate('a stream without its last block', storedBlock(utf8('{}')).with(0, 0)),
  inflate('a block type that DEFLATE does not have', bytes(0x07)),
  inflate('a stored block whose length is not confirmed', storedBlock(utf8('{}')).with(4, 0)),
  inflate('a byte behind the stream', concat(CART.stream, bytes(0))),
  inflate('a stream behind the stream', concat(storedBlock(utf8('{}')), storedBlock(utf8('{}')))),
  inflate('a zlib header before the stream', concat(bytes(0x78, 0x9c), CART.stream)),
  inflate('65,537 bytes of payload', BOMB.stream),
  // The payload's "{}", and then three bytes from four bytes back.
  inflate('a distance to before the beginning', bytes(0xab, 0xae, 0x05, 0x62, 0x00)),
  record(
    'a stream that is cut short, of a session that is over',
    recordOf({ claims: OVER, stream: CART.stream.slice(0, -1) }),
    'inflate',
  ),
  record(
    '65,537 bytes of payload, of a session that is over',
    recordOf({ claims: OVER, stream: BOMB.stream }),
    'inflate',
  ),
]

const TIME: readonly RejectCase[] = [
  time('the first second after the absolute lifetime', 'expired', { createdAt: NOW - 604_800, sealedAt: NOW }),
  time('the first second after the idle lifetime', 'idle', { createdAt: NOW - 86_400, sealedAt: NOW - 86_400 }),
  time('both lifetimes over', 'expired', { createdAt: NOW - 604_800, sealedAt: NOW - 604_800 }),
  time(
    'the absolute lifetime over where there is no idle one',
    'expired',
    { createdAt: NOW - 100, sealedAt: NOW },
    { absolute: 100, idle: null },
  ),
  time(
    'a lifetime of a persistent session',
    'idle',
    { createdAt: NOW - 60, sealedAt: NOW - 60, persistent: true },
    { absolute: 100, idle: 60 },
  ),
  time('begun 122 seconds ahead', 'not-yet-valid', { createdAt: NOW + 122, sealedAt: NOW + 122 }),
  time('sealed 122 seconds ahead', 'not-yet-valid', { createdAt: NOW, sealedAt: NOW + 122 }),
  time('the greatest age', 'not-yet-valid', { createdAt: 0, sealedAt: 4_294_967_295 }),
  time('the greatest age, and a sum beyond 2^32 - 1', 'not-yet-valid', { sealedAt: NOW + 4_294_967_295 }),
  time('over, and sealed 122 seconds ahead', 'not-yet-valid', { createdAt: NOW - 604_800, sealedAt: NOW + 122 }),
  {
    ...time('over, and a payload that is not UTF-8', 'expired', {}),
    header: cookie('over, payload not UTF-8', { record: recordOfBytes(OVER, bytes(0xff)) }),
  },
  {
    ...time('over, and a flash that is not UTF-8', 'expired', {}),
    header: cookie('over, flash not UTF-8', { record: recordOfBytes(OVER, utf8('{}'), bytes(0xff)) }),
  },
  {
    ...time('over, and a payload that is not JSON', 'expired', {}),
    header: cookie('over, payload not JSON', { record: recordOf({ claims: OVER, payload: '{' }) }),
  },
]

const UTF8: readonly RejectCase[] = [
  utf8Case(
    'a payload with a byte that UTF-8 does not have',
    rawRecord(0, bytes(0), utf8('{"a":"'), bytes(0xff), utf8('"}')),
  ),
  utf8Case('a payload with an overlong form', rawRecord(0, bytes(0), utf8('{"a":"'), bytes(0xc1, 0x81), utf8('"}'))),
  utf8Case(
    'a payload with a lone surrogate',
    rawRecord(0, bytes(0), utf8('{"a":"'), bytes(0xed, 0xa0, 0x80), utf8('"}')),
  ),
  utf8Case(
    'a payload with a character over U+10FFFF',
    rawRecord(0, bytes(0), utf8('{"a":"'), bytes(0xf4, 0x90, 0x80, 0x80), utf8('"}')),
  ),
  utf8Case('a payload that ends within a character', rawRecord(0, bytes(0), utf8('{}'), bytes(0xe2, 0x82))),
  utf8Case(
    'a flash with a byte that UTF-8 does not have',
    rawRecord(0x08, bytes(0, 9), utf8('[["a","'), bytes(0xff), utf8(']'), utf8('{}')),
  ),
  utf8Case(
    'a flash with a byte that UTF-8 does not have, and a payload that is not JSON',
    recordOfBytes({}, utf8('{'), bytes(0xff)),
  ),
  utf8Case(
    'a payload with a byte that UTF-8 does not have, and a flash that is not JSON',
    recordOfBytes({}, bytes(0xff), utf8('[')),
  ),
]

const CHOICE: readonly RejectCase[] = [
  {
    name: 'two sessions that both open',
    reason: 'ambiguous',
    step: 'choice',
    header: token('one of two', { record: recordOf({ claims: { id: OTHER_ID, sealedAt: NOW + 1 } }) }).then(
      (other) => `session=${GOOD}; session=${other}`,
    ),
  },
  {
    name: 'two sessions that both open, between cookies that do not',
    reason: 'ambiguous',
    step: 'choice',
    header: token('one of two more', { record: recordOf({ claims: { id: OTHER_ID } }) }).then(
      (other) => `session=a; session=${other}; session=b; session=${GOOD}`,
    ),
  },
  ...['payload', 'flash'].map((part): RejectCase => ({
    name: `two sessions, of which the newer has a ${part} that is none`,
    reason: 'ambiguous',
    step: 'choice',
    header: token(`two sessions, one without a ${part}`, {
      record: recordOf({ claims: { id: OTHER_ID, sealedAt: NOW + 1 }, [part]: '0' }),
    }).then((other) => `session=${GOOD}; session=${other}`),
  })),
]

/** Several cookies of which none opens are refused for the reason of the first. */
const SEVERAL: readonly RejectCase[] = [
  {
    ...time('the first of several has ended', 'expired', {}),
    header: Promise.all([
      token('ended, then others', { record: recordOf({ claims: { createdAt: NOW - 604_800 } }) }),
      token('not there', { key: KEY_C }),
    ]).then((texts) => `session=${texts.join('; session=')}; session=+`),
  },
  {
    ...forged('the first of several is forged', {}),
    header: `session=${encodeBase64url(flipped(-1)(await composeEnvelope({ nonceOf: 'first', record: RECORD })))}; session=+`,
  },
  {
    name: 'the fifth of five would open',
    reason: 'malformed',
    step: 'base64url',
    header: `session=a; session=b; session=c; session=d; session=${GOOD}`,
  },
]

const PAYLOAD: readonly RejectCase[] = [
  payload('no payload', ''),
  payload('a payload that is not JSON', '{a:1}'),
  payload('a payload that does not end', '{"a":1'),
  payload('something behind the payload', '{}{}'),
  payload('a comma too many', '{"a":[1,]}'),
  payload('a comment', '{}//'),
  payload('a byte order mark', '\ufeff{}'),
  payload('NaN, which JSON does not have', '{"a":NaN}'),
  payload('Infinity, which JSON does not have', '{"a":Infinity}'),
  payload('a number that rounds to infinity', '{"a":1e400}'),
  payload('a number that rounds to minus infinity', '{"a":-1e400}'),
  payload('the least number that rounds to infinity', '{"a":[1.797693134862315808e308]}'),
  payload('a key that rounds to infinity', '{"a":{"$map":[[1e400,1]]}}'),
  payload('a date that rounds to infinity', '{"a":{"$date":1e400}}'),
  payload('a number with a zero before it', '{"a":01}'),
  payload('a control character in a text', '{"a":"\t"}'),
  payload('white space that JSON does not have', '\u00a0{}'),
  payload('an array instead of an object', '[]'),
  payload('null instead of an object', 'null'),
  payload('a text instead of an object', '"{}"'),
  payload('bytes instead of an object', '{"$bytes":"AA"}'),
  payload('a date instead of an object', '{"$date":0}'),
  payload('a map instead of an object', '{"$map":[]}'),
  payload('a set instead of an object', '{"$set":[]}'),
  payload('a tag that is not known', '{"a":{"$regexp":"x"}}'),
  payload('a tag without a name', '{"a":{"$":1}}'),
  payload('a tag of another case', '{"a":{"$Date":1}}'),
  payload('a tag that is not known, written with an escape', String.raw`{"a":{"\u0024x":1}}`),
  payload('a tag that is not known inside an escaped one', '{"a":{"$$x":{"$y":1}}}'),
  payload('bytes with padding', '{"a":{"$bytes":"AA=="}}'),
  payload('bytes with unused bits', '{"a":{"$bytes":"AB"}}'),
  payload('bytes in the other alphabet', '{"a":{"$bytes":"+_-_"}}'),
  payload('bytes of an impossible length', '{"a":{"$bytes":"A"}}'),
  payload('bytes that are an array', '{"a":{"$bytes":[1]}}'),
  payload('a date with a fraction', '{"a":{"$date":0.5}}'),
  payload('a date that is a text', '{"a":{"$date":"0"}}'),
  payload('a date after the last', '{"a":{"$date":8640000000000001}}'),
  payload('a date before the first', '{"a":{"$date":-8640000000000001}}'),
  payload('a date that is null', '{"a":{"$date":null}}'),
  payload('a big integer with a zero before it', '{"a":{"$bigint":"01"}}'),
  payload('a big integer of minus zero', '{"a":{"$bigint":"-0"}}'),
  payload('a big integer with a plus', '{"a":{"$bigint":"+1"}}'),
  payload('a big integer with white space', '{"a":{"$bigint":" 1"}}'),
  payload('a big integer with a line end behind it', String.raw`{"a":{"$bigint":"1\n"}}`),
  payload('a big integer in another script', '{"a":{"$bigint":"\u0661"}}'),
  payload('a big integer in hexadecimal', '{"a":{"$bigint":"0x1"}}'),
  payload('a big integer of 4,097 digits', `{"a":{"$bigint":"${'9'.repeat(4097)}"}}`),
  payload('a big integer of nothing', '{"a":{"$bigint":""}}'),
  payload('a big integer that is a number', '{"a":{"$bigint":1}}'),
  payload('a map that is an object', '{"a":{"$map":{}}}'),
  payload('a map entry without a value', '{"a":{"$map":[[1]]}}'),
  payload('a map entry of three', '{"a":{"$map":[[1,2,3]]}}'),
  payload('a map entry that is a text', '{"a":{"$map":["ab"]}}'),
  payload('a map with a key twice', '{"a":{"$map":[["x",1],["x",2]]}}'),
  payload('a map with a number twice', '{"a":{"$map":[[1,1],[1.0,2]]}}'),
  payload('a map with a big integer twice', '{"a":{"$map":[[{"$bigint":"1"},1],[{"$bigint":"1"},2]]}}'),
  payload('a map with null twice', '{"a":{"$map":[[null,1],[null,2]]}}'),
  payload('a map with a key twice, once written with an escape', String.raw`{"a":{"$map":[["x",1],["\u0078",2]]}}`),
  payload('a set with a number twice', '{"a":{"$set":[100,1e2]}}'),
  payload('a set with two numbers that round to the same', '{"a":{"$set":[9007199254740992,9007199254740993]}}'),
  payload('a set with 0 and -0', '{"a":{"$set":[0,-0]}}'),
  payload('a set with true twice', '{"a":{"$set":[true,true]}}'),
  payload('a set with a big integer twice', '{"a":{"$set":[{"$bigint":"1"},2,{"$bigint":"1"}]}}'),
  payload('a set that is a text', '{"a":{"$set":"ab"}}'),
  payload('a set with a text twice', '{"a":{"$set":["x","x"]}}'),
  payload('a set with null twice', '{"a":{"$set":[null,null]}}'),
  payload('__proto__', '{"__proto__":{"isAdmin":true},"a":1}'),
  payload('__proto__ and nothing else', '{"__proto__":{}}'),
  payload('__proto__ inside', '{"a":[{"b":1,"__proto__":null}]}'),
  payload('__proto__ in a map', '{"a":{"$map":[[1,{"__proto__":1}]]}}'),
  payload('__proto__ written with an escape', String.raw`{"a":{"\u005f_proto__":1,"b":1}}`),
  payload('__proto__ written with an escape that needs no capitals', String.raw`{"a":{"__prot\u006F__":1,"b":1}}`),
  payload('nested 33 deep', nested(33)),
  payload('arrays nested 33 deep', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`),
  payload('a tag nested 33 deep', `{"a":${'['.repeat(31)}{"$date":0}${']'.repeat(31)}}`),
  payload('an entry of a map nested 33 deep', `{"a":${'['.repeat(29)}{"$map":[[1,2]]}${']'.repeat(29)}}`),
  payload('an empty set nested 33 deep', `{"a":${'['.repeat(30)}{"$set":[]}${']'.repeat(30)}}`),
  payload('an escaped object nested 33 deep', `{"a":${'['.repeat(31)}{"$$x":0}${']'.repeat(31)}}`),
  payload('nested thousands deep', `{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`),
  {
    name: '20,001 values',
    reason: 'undecodable',
    step: 'payload',
    header: cookie('20,001 values', {
      record: recordOf({ payload: TOO_MANY_VALUES.text, stream: TOO_MANY_VALUES.stream }),
    }),
  },
  {
    name: 'neither the payload nor the flash is JSON',
    reason: 'undecodable',
    step: 'payload',
    header: cookie('neither is JSON', { record: recordOf({ payload: '{', flash: '[' }) }),
  },
  chosen('the newer of two cookies of one session has no payload', 'payload', { payload: '[]' }),
]

const FLASH: readonly RejectCase[] = [
  flash('an empty flash', ''),
  flash('a flash that is not JSON', '[['),
  flash('a flash that is an object', '{"info":"Saved"}'),
  flash('a flash that is a text', '"Saved"'),
  flash('a flash of texts', '["info","Saved"]'),
  flash('a flash message without a text', '[["info"]]'),
  flash('a flash message of three', '[["info","Saved",1]]'),
  flash('a flash message whose text is a number', '[["info",1]]'),
  flash('a flash message whose kind is null', '[[null,"Saved"]]'),
  flash('a flash message with __proto__', '[{"__proto__":1}]'),
  flash('a flash that is a set', '{"$set":[]}'),
  flash('a flash nested 33 deep', `${'['.repeat(33)}${']'.repeat(33)}`),
  flash('a flash nested thousands deep', `${'['.repeat(2000)}${']'.repeat(2000)}`),
  flash('a flash message whose text is bytes', '[["info",{"$bytes":"AA"}]]'),
  chosen('the newer of two cookies of one session has a flash that is none', 'flash', { flash: '{}' }),
]

/** The reject vectors, as spec/vectors/reject.json has them. */
export function rejectVectors(): Promise<WrittenVector[]> {
  const cases = [
    JOIN,
    LENGTH,
    NAMES,
    BASE64URL,
    ENVELOPE,
    AEAD,
    FLAGS,
    INFLATE,
    TIME,
    UTF8,
    CHOICE,
    SEVERAL,
    PAYLOAD,
    FLASH,
  ]
  return Promise.all(cases.flat().map(rejectVector))
}

async function rejectVector({
  name,
  reason,
  step,
  header,
  audience,
  maxChunks,
  lifetime,
}: RejectCase): Promise<WrittenVector> {
  return {
    name,
    keys: `${await keyText(KEY_A)} ${await keyText(KEY_B)}`,
    cookie: COOKIE,
    audience: audience ?? null,
    maxChunks: maxChunks ?? 2,
    lifetime: lifetime ?? LIFETIME,
    now: NOW,
    header: await header,
    expect: { reason, step },
  }
}

function withLast(content: Bytes, value: number): Bytes {
  return content.with(content.length - 1, value)
}
