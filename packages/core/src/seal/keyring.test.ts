import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { encodeBase64url } from '#bytes'
import { concat } from '../base/bytes.ts'
import { createKey, formatKeyText, generateKey, Key, type KeyStatus } from './key.ts'
import { createKeyring, findKey, keyringOf, keySetOf, parseKeyring, sealingKey } from './keyring.ts'

const SECRET = secretOf('one')
const OTHER = secretOf('two')
const TEXT = await formatKeyText(SECRET)
const OTHER_TEXT = await formatKeyText(OTHER)
const [ID, OTHER_ID] = [(await createKey(SECRET, 'primary')).id, (await createKey(OTHER, 'primary')).id]

const NOW = 1_800_000_000

/** Texts that are no keyring, and what the message says of them. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ['a letter is another one', typed(TEXT, 20), 'checksum'],
  ['two letters have changed places', TEXT.replace(/^(.{10})(.)(.)/u, '$1$3$2'), 'checksum'],
  ['the checksum is another one', encodeKey(concat(SECRET, new Uint8Array(4))), 'checksum'],
  ['the last letter is missing', TEXT.slice(0, -1), 'not complete'],
  ['the checksum is missing', encodeKey(SECRET), 'not complete'],
  ['only the beginning is there', 'esk_', 'not complete'],
  ['a letter is there twice', `${TEXT}A`, 'not complete'],
  ['it holds a letter of the other alphabet', `${TEXT.slice(0, 10)}+${TEXT.slice(11)}`, 'not complete'],
  ['it is in quotes', `"${TEXT}"`, 'is in quotes'],
  ['the prefix is in capitals', TEXT.toUpperCase(), 'does not begin'],
  ['the prefix is missing', TEXT.slice(4), 'does not begin'],
  ['it is a passphrase', 'correct-horse-battery-staple-with-forty-letters', 'does not begin'],
  ['it is hexadecimal', Buffer.from(SECRET).toString('hex'), 'does not begin'],
  ['it is one key after another without anything between', TEXT + OTHER_TEXT, 'not complete'],
  [
    'the secret is printable text',
    await formatKeyText(new Uint8Array(Buffer.from('password-password-password-12345'))),
    'passphrase',
  ],
  ['the secret is one byte, repeated', await formatKeyText(new Uint8Array(32).fill(200)), 'not random'],
  ['the secret is zero', await formatKeyText(new Uint8Array(32)), 'not random'],
  ['the secret has seven different bytes', await formatKeyText(secretOf('x').map((byte) => byte % 7)), 'not random'],
  ['the same key is there twice', `${TEXT} ${OTHER_TEXT} ${TEXT}`, 'given twice'],
  ['one of two is wrong', `${TEXT} ${typed(OTHER_TEXT, 20)}`, 'Key 2 of 2'],
]

describe('a keyring in text', () => {
  it.each([
    ['one key', TEXT, [ID]],
    ['two keys between spaces', `${TEXT} ${OTHER_TEXT}`, [ID, OTHER_ID]],
    ['two keys the other way round', `${OTHER_TEXT} ${TEXT}`, [OTHER_ID, ID]],
    ['a comma', `${TEXT},${OTHER_TEXT}`, [ID, OTHER_ID]],
    ['a comma and a space', `${TEXT}, ${OTHER_TEXT}`, [ID, OTHER_ID]],
    ['lines', `${TEXT}\n${OTHER_TEXT}\n`, [ID, OTHER_ID]],
    ['lines of another system', `${TEXT}\r\n${OTHER_TEXT}\r\n`, [ID, OTHER_ID]],
    ['more of it than needed', ` ,\t${TEXT} , ,\n${OTHER_TEXT},`, [ID, OTHER_ID]],
  ])('takes %s; the first seals, all of them open', async (_, text, ids) => {
    const { current } = await parseKeyring(text)
    expect(current.keys.map(({ id }) => id)).toEqual(ids)
    expect(current.keys.map(({ status }) => status)).toEqual(
      ids.map((__, index) => (index === 0 ? 'primary' : 'active')),
    )
    expect(sealingKey(current, 0).id).toBe(ids[0])
    for (const id of ids) expect(findKey(current, id)).toMatchObject({ id })
  })

  it('is what generateKey gives, a new one each time', async () => {
    const texts = await Promise.all([generateKey(), generateKey()])
    const { current } = await parseKeyring(texts.join(' '))
    expect(texts[0]).toMatch(/^esk_[\w-]{48}$/u)
    expect(current.keys).toHaveLength(2)
  })

  it.each<[string, string | undefined | null]>([
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
    ['white space', ' \n\t,'],
  ])('is missing when it is %s, and the message says how to make a key', async (_, text) => {
    await expect(parseKeyring(text as string)).rejects.toMatchObject({
      name: 'SessionError',
      code: 'ERR_KEYRING_MISSING',
      message: containing('npx @encrypted-session/cli generate'),
    })
  })

  it.each(REFUSED)('is refused when %s, and the message holds no part of it', async (_, text, message) => {
    const error = await failure(parseKeyring(text))
    expect(error).toMatchObject({ name: 'SessionError', code: 'ERR_KEYRING_INVALID', message: containing(message) })
    for (const secret of text.split(/\s/u)) expectHidden(everythingOf(error), secret)
  })

  it('takes a secret with eight different bytes', async () => {
    const eight = Uint8Array.from({ length: 32 }, (_, index) => 200 + (index % 8))
    expect((await parseKeyring(await formatKeyText(eight))).current.keys).toHaveLength(1)
  })

  it.each([
    ['a list', [TEXT]],
    ['bytes', SECRET],
    ['a number', 1],
  ])('is refused with a code when %s is given for it', async (_, value) => {
    const error = await failure(parseKeyring(value as unknown as string))
    expect(error).toMatchObject({ name: 'SessionError', code: 'ERR_KEYRING_INVALID' })
    expectHidden(everythingOf(error), TEXT)
  })
})

describe('a keyring of raw keys', () => {
  it('seals with the first and opens with all', async () => {
    const { current } = await createKeyring([OTHER, SECRET])
    expect(current.keys.map(({ id, status }) => [id, status])).toEqual([
      [OTHER_ID, 'primary'],
      [ID, 'active'],
    ])
  })

  it('keeps what it was given, whatever becomes of that', async () => {
    const given = SECRET.slice()
    const { current } = await createKeyring([given])
    given.fill(0)
    expect(Key.secretOf(current.keys[0]!)).toEqual(SECRET)
    Key.secretOf(current.keys[0]!).fill(0)
    expect(Key.secretOf(current.keys[0]!)).toEqual(SECRET)
  })

  it.each<[string, unknown]>([
    ['a text where a list is meant', TEXT],
    ['a text of 32 letters where a list is meant', 'x'.repeat(32)],
    ['bytes where a list is meant', SECRET],
    ['no key', []],
    ['texts in the list', [TEXT]],
    ['numbers in the list', [...SECRET]],
    ['31 bytes', [SECRET.slice(1)]],
    ['33 bytes', [concat(SECRET, Uint8Array.of(1))]],
    ['printable bytes', [Uint8Array.from(Buffer.from('password-password-password-12345'))]],
    ['few different bytes', [new Uint8Array(32).fill(7)]],
    ['the same key twice', [SECRET, SECRET.slice()]],
    ['nothing', undefined],
  ])('refuses %s', async (_, secrets) => {
    const error = await failure(createKeyring(secrets as Uint8Array[]))
    expect(error).toMatchObject({ name: 'SessionError', code: 'ERR_KEYRING_INVALID' })
    expectHidden(everythingOf(error), TEXT)
  })
})

describe('the key that seals', () => {
  it.each<[string, [KeyStatus, number][], number | undefined]>([
    ['the only primary', [['primary', 0]], 0],
    [
      'the primary, whatever stands before it',
      [
        ['active', 0],
        ['inactive', 0],
        ['primary', 0],
      ],
      2,
    ],
    [
      'the primary that was activated last',
      [
        ['primary', NOW - 10],
        ['primary', NOW - 5],
        ['primary', NOW - 7],
      ],
      1,
    ],
    [
      'the primary whose time has just come',
      [
        ['primary', 0],
        ['primary', NOW],
      ],
      1,
    ],
    [
      'not the one whose time comes in a second',
      [
        ['primary', 0],
        ['primary', NOW + 1],
      ],
      0,
    ],
    [
      'the first of two that were activated at once',
      [
        ['primary', NOW],
        ['primary', NOW],
      ],
      0,
    ],
    [
      'none that is not primary, however new',
      [
        ['primary', 0],
        ['active', NOW],
        ['inactive', NOW],
      ],
      0,
    ],
    [
      'none, when no primary is there',
      [
        ['active', 0],
        ['inactive', 0],
      ],
      undefined,
    ],
    [
      'none, when the time of all lies ahead',
      [
        ['primary', NOW + 1],
        ['primary', NOW + 2],
      ],
      undefined,
    ],
  ])('is %s', async (_, given, expected) => {
    const keys = await Promise.all(
      given.map(([status, activateAt], index) => createKey(secretOf(String(index)), status, activateAt)),
    )
    const choose = () => keys.indexOf(sealingKey(keySetOf(keys), NOW))
    if (expected === undefined) {
      expect(choose).toThrow(expect.objectContaining({ code: 'ERR_KEYRING_INVALID' }) as Error)
    } else expect(choose()).toBe(expected)
  })
})

describe('the key of a token', () => {
  it.each<[string, KeyStatus, readonly string[], number, string]>([
    ['a primary key', 'primary', [], 0, 'found'],
    ['a primary key whose time lies ahead', 'primary', [], NOW * 2, 'found'],
    ['an active key', 'active', [], 0, 'found'],
    ['an inactive key', 'inactive', [], 0, 'retired-key'],
  ])('%s', async (_, status, revoked, activateAt, expected) => {
    const keySet = keySetOf([await createKey(SECRET, status, activateAt)], revoked)
    const found = findKey(keySet, ID)
    expect(found instanceof Key ? 'found' : found.reason).toBe(expected)
  })

  it('is retired when only its id is left, and unknown when not even that', async () => {
    const keySet = keySetOf([await createKey(SECRET, 'primary')], [OTHER_ID])
    expect(findKey(keySet, OTHER_ID)).toMatchObject({ reason: 'retired-key', keyId: OTHER_ID })
    expect(findKey(keySet, '00000000')).toMatchObject({ reason: 'unknown-key', keyId: '00000000' })
  })

  it('cannot be both there and revoked: it would seal what it does not open', async () => {
    const key = await createKey(SECRET, 'primary')
    expect(() => keyringOf([key], [ID])).toThrow(expect.objectContaining({ code: 'ERR_KEYRING_INVALID' }) as Error)
  })

  it('is told apart from no other: two keys of one id are refused even if their secrets differ', async () => {
    const one = await createKey(SECRET, 'primary')
    const same = new Key(one.id, OTHER, 'active', 0)
    expect(() => keyringOf([one, same])).toThrow(expect.objectContaining({ code: 'ERR_KEYRING_INVALID' }) as Error)
  })
})

describe('a secret', () => {
  it('shows in no way of printing a key or a keyring', async () => {
    const keyring = await parseKeyring(TEXT)
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    for (const value of [keyring, keyring.current, keyring.current.keys[0]!]) {
      console.log(value)
      expectHidden(everythingOf(value), TEXT)
    }
    const calls = printed.mock.calls
      .flat()
      .map((value) => inspect(value, { depth: null, showHidden: true, getters: true }))
      .join('\n')
    printed.mockRestore()
    expect(calls).toContain(ID)
    expectHidden(calls, TEXT)
  })

  it('is no property of a key and is not cloned with it', async () => {
    const key = await createKey(SECRET, 'primary')
    expect(Reflect.ownKeys(key)).toEqual(['id', 'status', 'activateAt'])
    expect(structuredClone<unknown>(key)).toEqual({ id: ID, status: 'primary', activateAt: 0 })
    expect(Object.isFrozen(key)).toBe(true)
  })
})

/** The matcher's type is `any`. */
function containing(text: string): unknown {
  return expect.stringContaining(text)
}

function secretOf(seed: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(`keyring.test ${seed}`).digest())
}

function encodeKey(bytes: Uint8Array<ArrayBuffer>): string {
  return `esk_${encodeBase64url(bytes)}`
}

/** The text with another letter at one place. */
function typed(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

/** Every text that a log could make of a value. */
function everythingOf(value: unknown): string {
  const properties = value instanceof Error ? [value.message, value.stack, inspect(value.cause)] : []
  return [
    inspect(value, { depth: null, showHidden: true, getters: true, customInspect: true }),
    inspect(value, { depth: null, showHidden: true, customInspect: false }),
    JSON.stringify(value),
    String(value),
    ...properties,
  ].join('\n')
}

/** No stretch of a key's text is in it, nor of its bytes in hexadecimal, in base64 or as a list of numbers. */
function expectHidden(text: string, secret: string): void {
  const bytes = Buffer.from(secret.replace(/^esk_/u, ''), 'base64url')
  const forms = [bytes.toString('base64url'), bytes.toString('base64'), bytes.toString('hex')]
  const lists = [[...bytes].join(', '), [...bytes].join(',')]
  for (const stretch of [
    ...forms.flatMap((form) => stretches(form, 8)),
    ...lists.flatMap((list) => stretches(list, 20)),
  ]) {
    expect(text).not.toContain(stretch)
  }
}

function stretches(text: string, length: number): string[] {
  return Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => text.slice(at, at + length))
}
