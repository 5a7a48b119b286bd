import { type Bytes, toHex } from '../../src/base/bytes.ts'
import type { Claims } from '../../src/codec/record.ts'
import { notation } from '../../src/spec-vectors.node.ts'
import {
  bytes,
  chunked,
  composeToken,
  COOKIE,
  digest,
  KEY_A,
  KEY_B,
  keyIdOf,
  keyText,
  LIFETIME,
  noise,
  NOW,
  sha256Hex,
  utf8,
  type WrittenVector,
} from './compose.ts'
import { CART, LARGEST, MOST_VALUES, storedBlock } from './deflated.ts'
import { claimsOf, ID, paddingOf, rawDeflated, rawRecord, recordOf } from './record.ts'

/** Texts longer than this are named by their hash only. */
const SHOWN_CHARACTERS = 4096

/** A session that opens. What is left out is as in most vectors. */
interface AcceptCase {
  readonly name: string
  readonly claims?: Partial<Claims>
  readonly flash?: readonly (readonly [string, string])[]
  readonly payload?: string
  /** What `payload` stands for, where that is not what JSON says. */
  readonly data?: object
  /** `payload` as a DEFLATE stream. */
  readonly stream?: Bytes
  /** Instead of the record that the rest describes. */
  readonly record?: Bytes
  /** That `payload` is a text which a reader takes but no writer writes. */
  readonly foreign?: true
  readonly key?: Bytes
  readonly keys?: string
  readonly keyRing?: readonly Bytes[]
  readonly cookie?: string
  readonly audience?: string
  readonly maxChunks?: number
  readonly lifetime?: { readonly absolute: number; readonly idle: number | null }
  readonly now?: number
  /** The Cookie header of the token. */
  readonly header?: (token: string) => string | Promise<string>
  readonly chunks?: number
}

/** A flipped bit in the last byte of the tag: authentication fails, everything before it does not. */
function tampered(token: string): string {
  const envelope = Buffer.from(token, 'base64url')
  envelope[envelope.length - 1] = (envelope.at(-1) ?? 0) ^ 1
  return envelope.toString('base64url')
}

/** Another token of the same session or, with another id, of another one. */
function sibling(name: string, claims: Partial<Claims>, payload = '{"sibling":true}'): Promise<string> {
  return composeToken({ nonceOf: `${name}, sibling`, record: recordOf({ claims, payload }) })
}

/** A payload whose token has exactly so many characters, a multiple of four. */
function payloadOfToken(characters: number): string {
  // Four characters hold three bytes: the envelope's 45, 22 of claims, eight of JSON around the text, and the text.
  return `{"a":"${'x'.repeat((characters * 3) / 4 - 45 - 22 - 8)}"}`
}

function withLength(token: string, characters: number): string {
  if (token.length !== characters) throw new Error(`the token has ${token.length} characters, not ${characters}`)
  return token
}

const nested = (depth: number): string => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1)
const noisyPayload = (length: number): string => JSON.stringify({ noise: toHex(noise('accept', length / 2)) })

const CLAIMS: readonly AcceptCase[] = [
  { name: 'the smallest session' },
  { name: 'a subject', claims: { subject: 'user-1' }, payload: '{"user":{"name":"Ada"},"cart":[]}' },
  { name: 'a subject of one byte', claims: { subject: '1' } },
  { name: 'a subject of 255 bytes', claims: { subject: 'é'.repeat(127) + 's' } },
  {
    name: 'a subject and data beyond ASCII',
    claims: { subject: 'жанна@пример' },
    payload: '{"größe":"10 €","emoji":"🦊","line":"\u2028","zero":"\\u0000"}',
  },
  { name: 'a persistent cookie', claims: { persistent: true } },
  { name: 'a generation of two bytes', claims: { generation: 300 } },
  { name: 'a generation of zero', claims: { generation: 0 } },
  { name: 'a data version', claims: { dataVersion: 3 } },
  {
    name: 'the greatest generation and data version',
    claims: { generation: 4_294_967_295, dataVersion: 4_294_967_295 },
  },
  {
    name: 'flash messages',
    flash: [
      ['info', 'Saved'],
      ['error', 'Карта отклонена 🙈'],
    ],
    payload: '{"a":1}',
  },
  { name: 'an empty flash list', record: recordOf({ flash: '[]' }) },
  {
    name: 'every claim, and flash before a deflated payload',
    claims: { subject: 'user-1', generation: 128, dataVersion: 16_384, persistent: true, sealedAt: NOW + 127 },
    flash: [['info', 'Saved']],
    payload: CART.text,
    stream: CART.stream,
    now: NOW + 200,
  },
]

const TIMES: readonly AcceptCase[] = [
  { name: 'an age of 128 seconds, which takes two bytes', claims: { sealedAt: NOW + 128 }, now: NOW + 128 },
  { name: 'an age of 16,384 seconds, which takes three bytes', claims: { sealedAt: NOW + 16_384 }, now: NOW + 16_384 },
  {
    name: 'an age of 2,097,152 seconds, which takes four bytes',
    claims: { sealedAt: NOW + 2_097_152 },
    now: NOW + 2_097_152,
    lifetime: { absolute: 31_536_000, idle: 86_400 },
  },
  {
    name: 'an age of 268,435,456 seconds, which takes five bytes',
    claims: { sealedAt: NOW + 268_435_456 },
    now: NOW + 268_435_456,
    lifetime: { absolute: 300_000_000, idle: 86_400 },
  },
  {
    name: 'the last second that createdAt can say',
    claims: { createdAt: 4_294_967_295, sealedAt: 4_294_967_295 },
    now: 4_294_967_295,
  },
  {
    name: 'sealed after the last second that createdAt can say',
    claims: { createdAt: 4_294_967_295, sealedAt: 4_294_967_300 },
    now: 4_294_967_295,
  },
  { name: 'the last second of the absolute lifetime', claims: { sealedAt: NOW + 604_799 }, now: NOW + 604_799 },
  { name: 'the last second of the idle lifetime', now: NOW + 86_399 },
  { name: 'no idle lifetime', now: NOW + 604_799, lifetime: { absolute: 604_800, idle: null } },
  { name: 'begun on a clock that is 121 seconds ahead', claims: { createdAt: NOW + 121, sealedAt: NOW + 121 } },
  { name: 'sealed on a clock that is 121 seconds ahead', claims: { sealedAt: NOW + 121 } },
]

const PAYLOADS: readonly AcceptCase[] = [
  {
    name: 'bytes',
    payload: '{"none":{"$bytes":""},"one":{"$bytes":"_w"},"two":{"$bytes":"AAE"},"three":{"$bytes":"-_-_"}}',
    data: { none: bytes(), one: bytes(255), two: bytes(0, 1), three: bytes(251, 255, 191) },
  },
  {
    name: 'dates',
    payload:
      '{"zero":{"$date":0},"before":{"$date":-1},"now":{"$date":1800000000123},"last":{"$date":8640000000000000}}',
    data: { zero: new Date(0), before: new Date(-1), now: new Date(1_800_000_000_123), last: new Date(8.64e15) },
  },
  {
    name: 'maps',
    payload:
      '{"empty":{"$map":[]},"map":{"$map":[["b",1],["a",2],[1,"number"],["1","text"],[true,null],[{"$date":0},[{"$set":[]}]]]}}',
    data: {
      empty: new Map(),
      map: new Map<unknown, unknown>([
        ['b', 1],
        ['a', 2],
        [1, 'number'],
        ['1', 'text'],
        [true, null],
        [new Date(0), [new Set()]],
      ]),
    },
  },
  {
    name: 'sets',
    payload:
      '{"empty":{"$set":[]},"set":{"$set":["b","a",1,true,"1",null,{"$bigint":"1"},[],[],{"$bytes":"AA"},{"$bytes":"AA"}]}}',
    data: { empty: new Set(), set: new Set<unknown>(['b', 'a', 1, true, '1', null, 1n, [], [], bytes(0), bytes(0)]) },
  },
  {
    name: 'keys and members that look alike and are never the same',
    payload:
      '{"set":{"$set":[{"$date":0},{"$date":0},{"$map":[]},{"$map":[]},{"$set":[]},{"$set":[]},{},{},[1],[1],{"$$x":1},{"$$x":1},0,false,"",null]},"map":{"$map":[[{"$date":0},1],[{"$date":0},2],[{"$bytes":""},3],[{"$bytes":""},4],[[],5],[[],6],[0,7],[{"$bigint":"0"},8]]}}',
    data: {
      set: new Set<unknown>([
        new Date(0),
        new Date(0),
        new Map(),
        new Map(),
        new Set(),
        new Set(),
        {},
        {},
        [1],
        [1],
        { $x: 1 },
        { $x: 1 },
        0,
        false,
        '',
        null,
      ]),
      map: new Map<unknown, unknown>([
        [new Date(0), 1],
        [new Date(0), 2],
        [bytes(), 3],
        [bytes(), 4],
        [[], 5],
        [[], 6],
        [0, 7],
        [0n, 8],
      ]),
    },
  },
  {
    name: 'big integers',
    payload:
      '{"zero":{"$bigint":"0"},"minus":{"$bigint":"-1"},"large":{"$bigint":"340282366920938463463374607431768211456"}}',
    data: { zero: 0n, minus: -1n, large: 2n ** 128n },
  },
  {
    name: 'objects that look like tags',
    payload:
      '{"tag":{"$$date":1},"twice":{"$$$date":1},"dollar":{"$$":null},"unknown":{"$$price":{"$$bytes":"AA"}},"two":{"$date":1,"$bytes":"AA"},"plain":{"price$":1}}',
    data: {
      tag: { $date: 1 },
      twice: { $$date: 1 },
      dollar: { $: null },
      unknown: { $price: { $bytes: 'AA' } },
      two: { $date: 1, $bytes: 'AA' },
      plain: { price$: 1 },
    },
  },
  { name: 'data that looks like a tag itself', payload: '{"$$bytes":"AA"}', data: { $bytes: 'AA' } },
  {
    name: 'numbers as ECMAScript writes them',
    payload:
      '{"numbers":[0,-1,0.1,123456789012345680000,1e+21,1e-7,0.000001,5e-324,1.7976931348623157e+308,9007199254740992,-2.5e-8]}',
  },
  {
    name: 'property names that mean something elsewhere',
    payload: '{"":1,"constructor":2,"prototype":3,"toString":4,"hasOwnProperty":5,"length":6,"__proto":7}',
  },
  {
    name: 'every kind of JSON value',
    payload: '{"null":null,"true":true,"false":false,"text":"\\"\\\\/\\b\\f\\n\\r\\t\\u0001","array":[[],{}]}',
  },
  {
    name: 'white space and escapes that no writer writes',
    payload: ' {\t"a" :\n"\\u0061\\/" ,"b":1E2, "c":25e-1,"\\u0024x":{"\\u0024date":1e3}}\r\n',
    data: { a: 'a/', b: 100, c: 2.5, $x: new Date(1000) },
    foreign: true,
  },
  {
    name: 'numbers with more digits than binary64 holds',
    payload:
      '{"numbers":[1.7976931348623158e308,-1.7976931348623158E+308,1e-400,2.4703282292062328e-324,9007199254740993]}',
    foreign: true,
  },
  { name: 'nested 32 deep', payload: nested(32) },
  {
    name: 'nested 32 deep with tags',
    payload: `{"a":${'['.repeat(28)}{"$map":[[1,2]]}${']'.repeat(28)}}`,
    data: { a: wrapped(28, new Map([[1, 2]])) },
  },
  { name: '20,000 values', payload: MOST_VALUES.text, stream: MOST_VALUES.stream },
]

const DEFLATED: readonly AcceptCase[] = [
  { name: 'a deflated payload', payload: CART.text, stream: CART.stream },
  { name: 'a deflated payload of 65,536 bytes', payload: LARGEST.text, stream: LARGEST.stream },
  {
    name: 'a short payload deflated as one block that is not compressed',
    payload: '{"a":1}',
    stream: storedBlock(utf8('{"a":1}')),
  },
  {
    name: 'a stream of three blocks, of which one is empty',
    payload: '{}',
    stream: bytes(0, 1, 0, 0xfe, 0xff, 0x7b, 0, 0, 0, 0xff, 0xff, 1, 1, 0, 0xfe, 0xff, 0x7d),
  },
  {
    name: 'a stream whose last byte has unused bits that are not zero',
    payload: '{}',
    stream: bytes(0xab, 0xae, 0x05, 0xfc),
  },
  {
    name: 'a stream with unused bits that are not zero before the length of a block',
    payload: '{}',
    stream: storedBlock(utf8('{}')).with(0, 0xf9),
  },
  ...[0, 31].map((padding) => {
    // 1 + 16 + 4 + 1 bytes before the length, 1 of length, 5 of the block's own, 8 of JSON around the text.
    const payload = `{"a":"${'x'.repeat(96 - 36 - padding)}"}`
    const stream = storedBlock(utf8(payload))
    if (paddingOf(stream) !== padding) throw new Error(`the padding is ${paddingOf(stream)}`)
    return {
      name: `a deflated payload with ${padding} bytes of padding`,
      payload,
      record: rawDeflated(stream, padding),
    }
  }),
  { name: 'more than 1,024 bytes that are not deflated', payload: CART.text },
]

const KEYS: readonly AcceptCase[] = [
  { name: 'sealed by a key that is not the first', key: KEY_B },
  {
    name: 'keys between commas and white space',
    keys: `,\t${await keyText(KEY_B)} ,\r\n${await keyText(KEY_A)}\n`,
    keyRing: [KEY_B, KEY_A],
  },
  { name: 'one key', keyRing: [KEY_A] },
  { name: 'an audience', audience: 'shop.example' },
  {
    name: 'a name and an audience of every kind of character',
    cookie: "!#$%&'*+-.^_`|~09AZaz",
    audience: ' !"#$%&\'()*+,-./09;<=>?@AZ[\\]^_`az{|}~',
  },
  { name: 'the default name', cookie: '__Host-Http-session' },
]

const COOKIES: readonly AcceptCase[] = [
  {
    name: 'two chunks',
    payload: noisyPayload(3400),
    maxChunks: 2,
    chunks: 2,
    header: (token) => chunked(token, [4080]).join('; '),
  },
  {
    name: 'three chunks',
    payload: noisyPayload(6800),
    maxChunks: 3,
    chunks: 3,
    header: (token) => chunked(token, [4080, 4080]).join('; '),
  },
  {
    name: 'nine chunks of any size',
    maxChunks: 9,
    chunks: 9,
    header: (token) => chunked(token, [1, 2, 3, 4, 5, 6, 7, 8]).join('; '),
  },
  {
    name: 'chunks in another order, others of another label, and one too many',
    chunks: 2,
    header: (token) =>
      `session.2=${token.slice(-6)}.AAAA; session.1=AAAAAA.AAAA; ${chunked(token, [40]).toReversed().join('; ')}`,
  },
  {
    name: 'chunks with an audience and a prefixed name',
    cookie: '__Host-id',
    audience: 'a',
    chunks: 2,
    header: (token) => chunked(token, [40], '__Host-id').join('; '),
  },
  { name: 'a single cookie where chunks are allowed', maxChunks: 9 },
  {
    name: 'a chunk in the middle with an empty part',
    maxChunks: 3,
    chunks: 3,
    header: (token) => chunked(token, [40, 0]).join('; '),
  },
  {
    name: 'a last chunk with an empty part',
    chunks: 2,
    header: (token) => chunked(token, [token.length]).join('; '),
  },
  {
    name: 'the fourth of four second chunks, with empty ones and the same again between them',
    chunks: 2,
    header: (token) => {
      const [first, second] = chunked(token, [40])
      return `${first}; session.1=a; session.1=; session.1=b; session.1=a; session.1= \t; session.1=c; ${second}`
    },
  },
  {
    name: 'the longest token that one cookie of a name of four letters holds',
    cookie: 'sess',
    maxChunks: 1,
    payload: payloadOfToken(4092),
    header: (token) => `sess=${withLength(token, 4092)}`,
  },
  {
    name: 'the longest token that two cookies hold',
    payload: payloadOfToken(8160),
    chunks: 2,
    header: (token) => chunked(withLength(token, 8160), [4080]).join('; '),
  },
  {
    name: 'the longest token that two cookies hold, in one',
    payload: payloadOfToken(8160),
    header: (token) => `session=${withLength(token, 8160)}`,
  },
  {
    name: 'cookies of other names beside it',
    header: (token) =>
      `session-legacy=x; xsession=x; Session=x; session.10=x; session.1=x; a="session=x"; session =x;session=${token};session%2e=x; sessio=n`,
  },
  { name: 'white space around it', header: (token) => `a=b;\t \tsession=\t ${token} \t; c=d` },
  { name: 'an empty cookie of the same name', header: (token) => `session=; session=${token}` },
  { name: 'between the quotes of another cookie', header: (token) => `a="; session=${token}; b="` },
  {
    name: 'the fourth of four cookies, with empty ones and the same again between them',
    header: (token) => `session=a; session=; session=b; session=a; session= \t; session=c; session=b; session=${token}`,
  },
  { name: 'the same cookie twice', header: (token) => `session=${token}; session=${token}` },
  { name: 'a cookie before it that does not open', header: (token) => `session=${tampered(token)}; session=${token}` },
  { name: 'a cookie after it that does not open', header: (token) => `session=${token}; session=${tampered(token)}` },
  { name: 'the fourth of four cookies', header: (token) => `session=a; session=b; session=c; session=${token}` },
  {
    name: 'an older cookie of the same session after it',
    claims: { sealedAt: NOW + 1 },
    header: async (token) => `session=${token}; session=${await sibling('older after', { sealedAt: NOW })}`,
  },
  {
    name: 'an older cookie of the same session before it',
    claims: { sealedAt: NOW + 1 },
    header: async (token) => `session=${await sibling('older before', { sealedAt: NOW })}; session=${token}`,
  },
  {
    name: 'two cookies of the same session and second, of which the first counts',
    header: async (token) => `session=${token}; session=${await sibling('same second', {})}`,
  },
  {
    name: 'a cookie of another session that has ended',
    header: async (token) =>
      `session=${await sibling('ended', { id: OTHER_ID, createdAt: NOW - 604_800, sealedAt: NOW })}; session=${token}`,
  },
  {
    name: 'a newer cookie of the same session whose payload is not UTF-8',
    header: async (token) =>
      `session=${await composeToken({ nonceOf: 'newer, not UTF-8', record: rawRecord(0, bytes(1), bytes(0xff)) })}; session=${token}`,
  },
]

/** The id of a session that is another one. */
export const OTHER_ID: Bytes = digest('encrypted-session vectors, another id').slice(0, ID.length)

/** The accept vectors, as spec/vectors/accept.json has them. */
export function acceptVectors(): Promise<WrittenVector[]> {
  return Promise.all([...CLAIMS, ...TIMES, ...PAYLOADS, ...DEFLATED, ...KEYS, ...COOKIES].map(acceptVector))
}

async function acceptVector(each: AcceptCase): Promise<WrittenVector> {
  const { name, key = KEY_A, keyRing = [KEY_A, KEY_B], cookie = COOKIE, flash = [], payload = '{}', foreign } = each
  const claims = claimsOf(each.claims)
  const record =
    each.record ??
    recordOf({
      claims,
      payload,
      ...(flash.length > 0 && { flash: JSON.stringify(flash) }),
      ...(each.stream !== undefined && { stream: each.stream }),
    })
  const purpose = {
    kind: 'cookie',
    name: cookie,
    ...(each.audience !== undefined && { audience: each.audience }),
  } as const
  const token = await composeToken({ nonceOf: name, key, purpose, record })
  const shown = payload.length <= SHOWN_CHARACTERS
  return {
    name,
    keys: each.keys ?? (await Promise.all(keyRing.map(keyText))).join(' '),
    cookie,
    audience: each.audience ?? null,
    maxChunks: each.maxChunks ?? 2,
    lifetime: each.lifetime ?? LIFETIME,
    now: each.now ?? NOW,
    header: await (each.header?.(token) ?? `${cookie}=${token}`),
    expect: {
      keyId: toHex(await keyIdOf(key)),
      chunks: each.chunks ?? 1,
      id: toHex(claims.id),
      createdAt: claims.createdAt,
      sealedAt: claims.sealedAt,
      subject: claims.subject ?? null,
      generation: claims.generation ?? null,
      dataVersion: claims.dataVersion ?? null,
      persistent: claims.persistent,
      flash,
      canonical: foreign !== true,
      payload: shown ? payload : null,
      payloadBytes: utf8(payload).length,
      payloadSha256: sha256Hex(utf8(payload)),
      // JSON.parse gives what it says for all that has no tags.
      data: shown ? notation(each.data ?? (JSON.parse(payload) as object)) : null,
    },
  }
}

function wrapped(depth: number, value: unknown): unknown {
  return depth === 0 ? value : [wrapped(depth - 1, value)]
}
