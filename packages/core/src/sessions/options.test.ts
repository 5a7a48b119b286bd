import { describe, expect, it, vi } from 'vitest'
import { createRevocation } from './revocation.fixture.ts'
import type { StandardSchema } from './schema.ts'
import { createSessions } from './sessions.ts'
import { createScene, keyringOfSeeds, START } from './visitor.fixture.ts'

const containing = (text: string): unknown => expect.stringContaining(text)
const misuseNaming = (text: string): unknown =>
  expect.objectContaining({ code: 'ERR_DATA_INVALID', message: containing(text) })

const keyring = await keyringOfSeeds(1)
const create = (options: unknown) => () => createSessions(options as Parameters<typeof createSessions>[0])
const schema = (validate: (value: unknown) => unknown): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate: validate as never },
})
let calls = 0

describe('createSessions', () => {
  it.each<[name: string, options: unknown]>([
    ['a keyring', { keyring }],
    ['a function that answers one', { keyring: () => keyring }],
    ['a function that answers a promise of one', { keyring: () => Promise.resolve(keyring) }],
    [
      'a function that would throw, which is not called yet',
      {
        keyring: () => {
          throw new Error('no secrets when the module loads')
        },
      },
    ],
    [
      'every option',
      {
        keyring,
        initial: () => ({}),
        schema: schema((value) => ({ value })),
        upgrade: { version: 1, from: () => ({}) },
        lifetime: {
          absolute: 1000,
          idle: 100,
          extendAfter: 10,
          persistent: { absolute: 2000, idle: 'off' },
          notBefore: 1,
        },
        cookie: {
          name: '__Secure-a',
          secure: true,
          sameSite: 'strict',
          domain: 'example.com',
          path: '/',
          partitioned: false,
          maxChunks: 9,
        },
        audience: 'shop',
        compression: 'off',
        headers: { noStore: 'subject', clearSiteData: '"cache"' },
        revocation: createRevocation({ now: START }),
        onUnavailable: 'open',
        onEvent: () => undefined,
        now: () => START,
      },
    ],
    [
      'options that are undefined',
      { keyring, initial: undefined, lifetime: undefined, cookie: undefined, now: undefined },
    ],
  ])('takes %s', (_, options) => {
    expect(create(options)).not.toThrow()
  })

  it.each<[name: string, options: unknown, code: string, message: string]>([
    [
      'nothing',
      undefined,
      'ERR_OPTIONS_INVALID',
      'keyring must be, or answer, a keyring: () => parseKeyring(process.env.SESSION_KEYS)',
    ],
    ['no keyring', {}, 'ERR_OPTIONS_INVALID', 'keyring must be, or answer, a keyring'],
    [
      'the text of a key',
      { keyring: 'esk_abc' },
      'ERR_OPTIONS_INVALID',
      '() => parseKeyring(process.env.SESSION_KEYS)',
    ],
    [
      'the promise of a keyring',
      { keyring: Promise.resolve(keyring) },
      'ERR_OPTIONS_INVALID',
      '() => parseKeyring(process.env.SESSION_KEYS)',
    ],
    ['null for a keyring', { keyring: null }, 'ERR_OPTIONS_INVALID', 'keyring'],
    [
      'a list of keys',
      { keyring: [new Uint8Array(32)] },
      'ERR_OPTIONS_INVALID',
      'keyring must be, or answer, a keyring',
    ],
    [
      'the secret of another library',
      { keyring, secret: 'x' },
      'ERR_OPTIONS_INVALID',
      'secret is not an option: there are keyring, initial,',
    ],
    ['a password', { keyring, password: 'x' }, 'ERR_OPTIONS_INVALID', 'password is not an option'],
    ['a maxAge', { keyring, maxAge: 1 }, 'ERR_OPTIONS_INVALID', 'maxAge is not an option'],
    [
      'a cookie.maxAge',
      { keyring, cookie: { maxAge: 1 } },
      'ERR_OPTIONS_INVALID',
      'cookie.maxAge is not an option: there are name, secure,',
    ],
    [
      'a cookie.httpOnly',
      { keyring, cookie: { httpOnly: true } },
      'ERR_OPTIONS_INVALID',
      'cookie.httpOnly is not an option',
    ],
    [
      'a lifetime.maxAge',
      { keyring, lifetime: { maxAge: 1 } },
      'ERR_OPTIONS_INVALID',
      'lifetime.maxAge is not an option',
    ],
    [
      'a lifetime.persistent.notBefore',
      { keyring, lifetime: { persistent: { notBefore: 1 } } },
      'ERR_OPTIONS_INVALID',
      'lifetime.persistent.notBefore is not an option',
    ],
    ['a headers.vary', { keyring, headers: { vary: false } }, 'ERR_OPTIONS_INVALID', 'headers.vary is not an option'],
    [
      'an unknown noStore',
      { keyring, headers: { noStore: 'always' } },
      'ERR_OPTIONS_INVALID',
      'headers.noStore must be "cookie" or "subject"',
    ],
    [
      'lifetime: 3600',
      { keyring, lifetime: 3600 },
      'ERR_OPTIONS_INVALID',
      'lifetime must be an object with absolute, idle',
    ],
    [
      'lifetime.persistent: true',
      { keyring, lifetime: { persistent: true } },
      'ERR_OPTIONS_INVALID',
      'lifetime.persistent must be an object',
    ],
    [
      'a lifetime in milliseconds',
      { keyring, lifetime: { absolute: 14 * 86_400_000 } },
      'ERR_OPTIONS_INVALID',
      'lifetime.absolute must be whole seconds from 1 to 315360000.',
    ],
    [
      'an idle limit beyond the absolute one',
      { keyring, lifetime: { absolute: 60, idle: 61 } },
      'ERR_OPTIONS_INVALID',
      'lifetime.idle, unless "off", must be whole seconds from 1 to 60.',
    ],
    [
      'a notBefore that lies ahead',
      { keyring, lifetime: { notBefore: START + 1 }, now: () => START },
      'ERR_OPTIONS_INVALID',
      'lifetime.notBefore must be whole seconds from 0 to',
    ],
    [
      'cookie.domain: null',
      { keyring, cookie: { domain: null } },
      'ERR_OPTIONS_INVALID',
      'cookie.domain must be a string',
    ],
    [
      'Clear-Site-Data with a line break',
      { keyring, headers: { clearSiteData: '"cache"\r\nx: y' } },
      'ERR_OPTIONS_INVALID',
      'headers.clearSiteData must be quoted words',
    ],
    [
      'cookie.secure: "auto"',
      { keyring, cookie: { secure: 'auto' } },
      'ERR_OPTIONS_INVALID',
      'cookie.secure must be a boolean',
    ],
    [
      'a port of revocation as it is',
      { keyring, revocation: { check: () => 'alive', revoke: () => undefined, cutoff: () => 0 } },
      'ERR_OPTIONS_INVALID',
      'revocation must be createRevocation(port).',
    ],
    ['a Map for a store', { keyring, store: new Map() }, 'ERR_OPTIONS_INVALID', 'store must be createStore(port).'],
    ['a schema that is none', { keyring, schema: {} }, 'ERR_OPTIONS_INVALID', 'schema must be a Standard Schema'],
    [
      'Clear-Site-Data without quotes',
      { keyring, headers: { clearSiteData: 'cache' } },
      'ERR_OPTIONS_INVALID',
      'headers.clearSiteData must be quoted words',
    ],
    ['an unknown sameSite', { keyring, cookie: { sameSite: 'Lax' } }, 'ERR_OPTIONS_INVALID', 'cookie.sameSite must be'],
    ['a list of one', { keyring, cookie: { sameSite: ['lax'] } }, 'ERR_OPTIONS_INVALID', 'cookie.sameSite must be'],
    [
      'an unknown compression',
      { keyring, compression: 'gzip' },
      'ERR_OPTIONS_INVALID',
      'compression must be "deflate" or "off"',
    ],
    [
      'an unknown policy',
      { keyring, onUnavailable: 'fail' },
      'ERR_OPTIONS_INVALID',
      'onUnavailable must be "closed" or "open"',
    ],
    [
      'an audience with a colon',
      { keyring, audience: 'a:b' },
      'ERR_OPTIONS_INVALID',
      'audience must be 1 to 255 printable ASCII characters without ":"',
    ],
    ['an empty audience', { keyring, audience: '' }, 'ERR_OPTIONS_INVALID', 'audience must be'],
    [
      'a version of 0',
      { keyring, upgrade: { version: 0, from: () => ({}) } },
      'ERR_OPTIONS_INVALID',
      'upgrade must be { version, from }, with a version of 1 or more',
    ],
    [
      'a version of 1.5',
      { keyring, upgrade: { version: 1.5, from: () => ({}) } },
      'ERR_OPTIONS_INVALID',
      'upgrade must be { version, from }',
    ],
    [
      'a version that no varint holds',
      { keyring, upgrade: { version: 2 ** 32, from: () => ({}) } },
      'ERR_OPTIONS_INVALID',
      'upgrade must be { version, from }',
    ],
    [
      'an upgrade without from',
      { keyring, upgrade: { version: 1 } },
      'ERR_OPTIONS_INVALID',
      'upgrade must be { version, from }',
    ],
    [
      'an initial that is the data',
      { keyring, initial: { cart: [] } },
      'ERR_OPTIONS_INVALID',
      'initial must be a function',
    ],
    [
      'a listener that cannot be called',
      { keyring, onEvent: console },
      'ERR_OPTIONS_INVALID',
      'onEvent must be a function',
    ],
    ['a clock that cannot be called', { keyring, now: START }, 'ERR_OPTIONS_INVALID', 'now must be a function'],
    [
      'a clock in milliseconds',
      { keyring, now: () => START * 1000 },
      'ERR_OPTIONS_INVALID',
      'now must answer whole seconds: Math.floor(Date.now() / 1000)',
    ],
    [
      'a clock with fractions',
      { keyring, now: () => START + 0.5 },
      'ERR_OPTIONS_INVALID',
      'now must answer whole seconds',
    ],
    [
      'a lifetime that ends sessions in use',
      { keyring, lifetime: { idle: 100, extendAfter: 60 } },
      'ERR_OPTIONS_INVALID',
      'lifetime.extendAfter must be whole seconds from 0 to 49',
    ],
    [
      'a __Host- cookie with a domain',
      { keyring, cookie: { name: '__Host-a', domain: 'example.com' } },
      'ERR_OPTIONS_INVALID',
      '__Host-',
    ],
    [
      'an initial() that is random',
      { keyring, initial: () => ({ token: ++calls }) },
      'ERR_INITIAL_INVALID',
      'initial() must give the same plain object each time; set dates and tokens in a handler.',
    ],
    [
      'an initial() that is a promise',
      { keyring, initial: async () => ({}) },
      'ERR_INITIAL_INVALID',
      'initial() cannot be encoded or checked; the cause says why.',
    ],
    [
      'an initial() that is a list',
      { keyring, initial: () => [] },
      'ERR_INITIAL_INVALID',
      'initial() must give the same plain object',
    ],
    [
      'an initial() that is null',
      { keyring, initial: () => null },
      'ERR_INITIAL_INVALID',
      'initial() must give the same plain object',
    ],
    [
      'an initial() that is a Map',
      { keyring, initial: () => new Map() },
      'ERR_INITIAL_INVALID',
      'initial() must give the same plain object',
    ],
    [
      'an initial() that cannot be encoded',
      { keyring, initial: () => ({ now: () => 1 }) },
      'ERR_INITIAL_INVALID',
      'initial() cannot be encoded or checked; the cause says why.',
    ],
    [
      'an initial() that the schema refuses',
      { keyring, initial: () => ({}), schema: schema(() => ({ issues: [{ message: 'no' }] })) },
      'ERR_INITIAL_INVALID',
      'The schema refuses initial().',
    ],
    [
      'a schema that converts',
      { keyring, initial: () => ({}), schema: schema(() => ({ value: { added: 1 } })) },
      'ERR_INITIAL_INVALID',
      'The schema changes initial().added, but must only check',
    ],
  ])('refuses %s and says what to do', (_, options, code, message) => {
    expect(create(options)).toThrow(
      expect.objectContaining({ name: 'SessionError', code, message: containing(message) }),
    )
  })

  it('refuses a schema that throws for initial(), with its own error as the cause', () => {
    const cause = new Error('of the schema')
    expect(
      create({
        keyring,
        schema: schema(() => {
          throw cause
        }),
      }),
    ).toThrow(expect.objectContaining({ code: 'ERR_INITIAL_INVALID', cause }))
  })

  it('names the place in initial() that cannot be encoded', () => {
    expect(create({ keyring, initial: () => ({ a: { b: Symbol('x') } }) })).toThrow(
      expect.objectContaining({ cause: misuseNaming('initial().a.b') }),
    )
  })

  it('leaves an asynchronous schema for the first request', () => {
    expect(create({ keyring, schema: schema(async () => ({ issues: [{ message: 'no' }] })) })).not.toThrow()
    // Its rejection would end the process if nobody took it.
    expect(create({ keyring, schema: schema(() => Promise.reject(new Error('no'))) })).not.toThrow()
  })

  it('does not call the keyring function', () => {
    const source = vi.fn(() => keyring)
    createSessions({ keyring: source })
    expect(source).not.toHaveBeenCalled()
  })
})

describe('initial', () => {
  it('that answers one shared object does not share it between visitors', async () => {
    const shared = { cart: [] as number[] }
    const scene = createScene<typeof shared>({ initial: () => shared })
    await scene.visitor().visit((session) => session.data.cart.push(1))
    expect((await scene.visitor().visit((session) => session.data)).result).toEqual({ cart: [] })
    await scene.sessions.read(undefined)
    expect(shared).toEqual({ cart: [] })
    expect(Object.isFrozen(shared)).toBe(false)
  })

  it('by default is an empty object', async () => {
    expect(
      (
        await createScene()
          .visitor()
          .visit((session) => session.data)
      ).result,
    ).toEqual({})
  })
})
