import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { encodeBase64url, encodeUtf8 } from '#bytes'
import type { RejectionReason } from '../base/rejection.ts'
import { PAYLOAD_BYTES } from '../codec/deflate.ts'
import { createKey } from '../seal/key.ts'
import { keyringOf } from '../seal/keyring.ts'
import type { Revocation } from './revocation.ts'
import { createRevocation } from './revoker.ts'
import type { StandardSchema } from './schema.ts'
import {
  createScene,
  type Handmade,
  keyringOfSeeds,
  NAME,
  type SceneOptions,
  sealedToken,
  secretOf,
  START,
} from './visitor.fixture.ts'

/** What a request brings, and what the app that gets it is like. */
interface Case {
  readonly cookie: () => string | Promise<string>
  readonly options?: SceneOptions<Record<string, unknown>>
  readonly after?: number
  /** Found out only when the handler looks. */
  readonly lazily?: true
}

const cookie = (token: string): string => `${NAME}=${token}`
const handmade =
  (parts: Handmade): (() => Promise<string>) =>
  async () =>
    cookie(await sealedToken(parts))
const deflated = async (text: string): Promise<Uint8Array<ArrayBuffer>> => {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
const flipped = (token: string): string => token.slice(0, -2) + (token.at(-2) === 'A' ? 'B' : 'A') + token.slice(-1)
const store = (verdict: 'revoked' | 'superseded'): Revocation =>
  createRevocation({ check: () => verdict, revoke: () => undefined, cutoff: () => 0 })
const refusing: StandardSchema<Record<string, unknown>> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (JSON.stringify(value) === '{}' ? { value: {} } : { issues: [{ message: 'no' }] }),
  },
}

const CASES: readonly (readonly [name: string, reason: RejectionReason, given: Case])[] = [
  ['is not base64url', 'malformed', { cookie: () => cookie('not a token!') }],
  ['is too short for an envelope', 'malformed', { cookie: () => cookie('AQ') }],
  ['begins like a chunk and is none', 'malformed', { cookie: () => cookie('1.abcdef.AQ') }],
  ['holds a record with a subject of no length', 'malformed', { cookie: handmade({ claims: { subject: '' } }) }],
  [
    'holds the key of a row, and there is no store',
    'malformed',
    { cookie: handmade({ form: 'stored', payload: new Uint8Array(32) }) },
  ],
  [
    'holds a deflate stream that is none',
    'malformed',
    { cookie: handmade({ form: 'deflated', payload: Uint8Array.of(255, 255) }) },
  ],
  [
    'inflates past the limit',
    'malformed',
    {
      cookie: async () =>
        cookie(await sealedToken({ form: 'deflated', payload: await deflated(`"${'x'.repeat(PAYLOAD_BYTES)}"`) })),
    },
  ],
  ['has another version', 'unknown-version', { cookie: () => cookie(encodeBase64url(new Uint8Array(60).fill(2))) }],
  ['is sealed by another app’s key', 'unknown-key', { cookie: handmade({ seed: 2 }) }],
  [
    'is sealed by a key that was revoked',
    'retired-key',
    { cookie: handmade({ seed: 2 }), options: { keyring: retiring(2, 'revoked') } },
  ],
  [
    'is sealed by an inactive key',
    'retired-key',
    { cookie: handmade({ seed: 2 }), options: { keyring: retiring(2, 'inactive') } },
  ],
  ['was changed in one character', 'forged', { cookie: async () => cookie(flipped(await sealedToken())) }],
  ['was sealed under another name', 'forged', { cookie: handmade({ name: 'other' }) }],
  ['holds bytes that are no UTF-8', 'undecodable', { cookie: handmade({ payload: Uint8Array.of(0xff) }) }],
  ['holds flash bytes that are no UTF-8', 'undecodable', { cookie: handmade({ flash: Uint8Array.of(0xff) }) }],
  ['holds text that is no JSON', 'undecodable', { cookie: handmade({ payload: '{' }), lazily: true }],
  ['holds a list where data belongs', 'undecodable', { cookie: handmade({ payload: '[]' }), lazily: true }],
  ['holds bytes where data belongs', 'undecodable', { cookie: handmade({ payload: '{"$bytes":""}' }), lazily: true }],
  ['holds flash that is no list', 'undecodable', { cookie: handmade({ flash: encodeUtf8('{}') }), lazily: true }],
  [
    'holds flash that is no list of pairs of texts',
    'undecodable',
    { cookie: handmade({ flash: encodeUtf8('[["info",1]]') }), lazily: true },
  ],
  [
    'holds text that is no JSON, before a schema',
    'undecodable',
    { cookie: handmade({ payload: '{' }), options: { schema: refusing } },
  ],
  ['is longer than any that is written', 'too-large', { cookie: () => cookie('A'.repeat(9000)) }],
  [
    'says that it has more chunks than are allowed',
    'too-large',
    { cookie: () => `${cookie('3.abcdef.AQ')}; ${NAME}.1=abcdef.AQ; ${NAME}.2=abcdef.AQ` },
  ],
  ['lacks its second chunk', 'chunks-incomplete', { cookie: () => cookie('2.abcdef.AQ') }],
  [
    'has a second chunk of another writing',
    'chunks-incomplete',
    { cookie: () => `${cookie('2.abcdef.AQ')}; ${NAME}.1=ghijkl.AQ` },
  ],
  [
    'comes twice with two good sessions',
    'ambiguous',
    {
      cookie: async () =>
        `${cookie(await sealedToken())}; ${cookie(await sealedToken({ claims: { id: new Uint8Array(16) } }))}`,
    },
  ],
  [
    'is past its absolute lifetime',
    'expired',
    { cookie: handmade({}), options: { lifetime: { idle: 'off' } }, after: 7 * 86_400 },
  ],
  ['is idle', 'idle', { cookie: handmade({}), after: 86_400 }],
  [
    'was created in the future',
    'not-yet-valid',
    { cookie: handmade({ claims: { createdAt: START + 122, sealedAt: START + 122 } }) },
  ],
  [
    'was created before notBefore',
    'revoked',
    {
      cookie: handmade({ claims: { createdAt: START - 1, sealedAt: START - 1 } }),
      options: { lifetime: { notBefore: START } },
    },
  ],
  ['was revoked', 'revoked', { cookie: handmade({}), options: { revocation: store('revoked') } }],
  ['was superseded', 'superseded', { cookie: handmade({}), options: { revocation: store('superseded') } }],
  [
    'does not satisfy the schema',
    'invalid-data',
    { cookie: handmade({ payload: '{"a":1}' }), options: { schema: refusing } },
  ],
  [
    'has data of a later version',
    'newer-data',
    { cookie: handmade({ claims: { dataVersion: 2 } }), options: { upgrade: { version: 1, from: () => ({}) } } },
  ],
  [
    'has data of a version, and the app counts none',
    'newer-data',
    { cookie: handmade({ claims: { dataVersion: 1 } }) },
  ],
]

function retiring(seed: number, how: 'revoked' | 'inactive') {
  return async () => {
    const retired = await createKey(secretOf(seed), 'inactive')
    const keys = [await createKey(secretOf(1), 'primary')]
    return how === 'revoked' ? keyringOf(keys, [retired.id]) : keyringOf([...keys, retired])
  }
}

describe('a cookie that is not believed', () => {
  it.each(CASES)(
    'because it %s gives a fresh session and one event: %s',
    async (_, reason, { cookie: make, options, after = 0 }) => {
      const scene = createScene({ ...options })
      const visitor = scene.visitor()
      const header = await make()
      scene.clock.now += after
      const { result, cookies, headers } = await visitor.visit(
        (session) => ({ origin: session.origin, data: session.data, subject: session.subject }),
        { headers: { cookie: header } },
      )
      expect(result).toEqual({ origin: 'fresh', data: {}, subject: undefined })
      expect(scene.events.filter(({ type }) => type !== 'opened')).toEqual([
        expect.objectContaining({ type: 'rejected', cookie: NAME, reason }),
      ])
      expect(cookies).toEqual([])
      expect([...headers]).toEqual([['vary', 'Cookie']])
    },
  )

  it.each(CASES)('because it %s is anonymous to read: %s', async (_, reason, { cookie: make, options, after = 0 }) => {
    const scene = createScene({ ...options })
    scene.clock.now += after
    expect(await scene.sessions.read(await make())).toMatchObject({ kind: 'anonymous', data: {}, subject: undefined })
    expect(scene.events.at(-1)).toMatchObject({ type: 'rejected', reason })
  })

  it.each(CASES.filter(([, , { lazily }]) => lazily))(
    'because it %s is not found out before the handler looks',
    async (_, __, { cookie: make, options }) => {
      const scene = createScene({ ...options })
      const { headers } = await scene.visitor().visit(undefined, { headers: { cookie: await make() } })
      expect(scene.events.map(({ type }) => type)).toEqual(['opened'])
      expect([...headers]).toEqual([])
    },
  )

  it('is overwritten by the next write', async () => {
    const { visitor: newVisitor, events } = createScene()
    const visitor = newVisitor()
    visitor.cookies.set(NAME, 'garbage')
    await visitor.visit((session) => (session.data['n'] = 1))
    const { result } = await visitor.visit((session) => session.data)
    expect(result).toEqual({ n: 1 })
    expect(events.map(({ type }) => type)).toEqual(['rejected', 'sealed', 'opened'])
  })

  it('is cleared by destroy, though there was no session', async () => {
    const visitor = createScene().visitor()
    visitor.cookies.set(NAME, 'garbage')
    const { cookies } = await visitor.visit((session) => session.destroy())
    expect(cookies.map(({ name, maxAge }) => [name, maxAge])).toEqual([[NAME, 0]])
  })

  it('names the key id, the bytes and the chunks in its event', async () => {
    const scene = createScene()
    const token = await sealedToken({ seed: 2 })
    await scene.visitor().visit(undefined, { headers: { cookie: cookie(token) } })
    const { id } = (await keyringOfSeeds(2)).current.keys[0]!
    expect(scene.events).toEqual([
      {
        type: 'rejected',
        cookie: NAME,
        reason: 'unknown-key',
        keyId: id,
        bytes: NAME.length + token.length,
        chunks: 1,
      },
    ])
  })

  it('never throws, whatever the header holds', { timeout: 60_000 }, async () => {
    const part = fc.oneof(fc.string(), fc.constantFrom(`${NAME}=`, `${NAME}.1=`, '; ', '=', '2.abcdef.', 'AQ'))
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
        const { result } = await createScene()
          .visitor()
          .visit((session) => session.origin, { headers: { cookie: parts.join('') } })
        expect(result).toBe('fresh')
      }),
    )
  })
})

describe('several cookies of the name', () => {
  const opened = async (...values: readonly string[]) => {
    const scene = createScene()
    const header = values.map(cookie).join('; ')
    const { result } = await scene.visitor().visit((session) => session.data, { headers: { cookie: header } })
    return { data: result, events: scene.events.map((event) => ('reason' in event ? event.reason : event.type)) }
  }

  it.each<[name: string, values: () => Promise<string[]>, data: object, events: string[]]>([
    [
      'one that opens between two that do not',
      async () => ['junk', await sealedToken({ payload: '{"n":1}' }), 'AQ'],
      { n: 1 },
      ['opened'],
    ],
    [
      'none that opens: the first one’s reason',
      async () => [await sealedToken({ seed: 2 }), 'junk'],
      {},
      ['unknown-key'],
    ],
    [
      'two writings of one session: the later',
      async () => [
        await sealedToken({ payload: '{"n":1}' }),
        await sealedToken({ payload: '{"n":2}', claims: { sealedAt: START + 1 } }),
      ],
      { n: 2 },
      ['opened'],
    ],
    [
      'two writings of one session, the later first',
      async () => [
        await sealedToken({ payload: '{"n":2}', claims: { sealedAt: START + 1 } }),
        await sealedToken({ payload: '{"n":1}' }),
      ],
      { n: 2 },
      ['opened'],
    ],
    [
      'two sessions, one of them over',
      async () => [
        await sealedToken({ claims: { id: new Uint8Array(16), createdAt: START - 9 * 86_400 } }),
        await sealedToken({ payload: '{"n":1}' }),
      ],
      { n: 1 },
      ['opened'],
    ],
    [
      'two sessions that are both good',
      async () => [await sealedToken(), await sealedToken({ claims: { id: new Uint8Array(16) } })],
      {},
      ['ambiguous'],
    ],
    [
      'a fifth, which nobody looks at',
      async () => ['a', 'b', 'c', 'd', await sealedToken({ payload: '{"n":1}' })],
      {},
      ['malformed'],
    ],
    ['an empty value, which is no cookie', async () => [''], {}, []],
  ])('%s', async (_, values, data, events) => {
    expect(await opened(...(await values()))).toEqual({ data, events })
  })

  it('that are ambiguous are both replaced by the handler’s own write', async () => {
    const scene = createScene()
    const header = [await sealedToken(), await sealedToken({ claims: { id: new Uint8Array(16) } })]
      .map(cookie)
      .join('; ')
    const { cookies } = await scene
      .visitor()
      .visit((session) => (session.data['n'] = 1), { headers: { cookie: header } })
    expect(cookies.map(({ name }) => name)).toEqual([NAME])
  })
})

describe('opening', () => {
  it.each<[name: string, header: string | undefined]>([
    ['no Cookie header', undefined],
    ['other cookies only', 'session=x; theme=dark'],
    ['a cookie whose name only begins or ends like ours', `${NAME}x=AQ; x${NAME}=AQ; ${NAME}.10=AQ; ${NAME}-legacy=AQ`],
    ['an empty cookie of our name', `${NAME}=`],
  ])('with %s does no cryptography and tells nothing', async (_, header) => {
    const keyring = vi.fn(() => keyringOfSeeds(1))
    const scene = createScene({ keyring })
    const subtle = vi.spyOn(crypto.subtle, 'importKey')
    const random = vi.spyOn(crypto, 'getRandomValues')
    const { cookies, headers } = await scene
      .visitor()
      .visit(undefined, header === undefined ? {} : { headers: { cookie: header } })
    expect(random).not.toHaveBeenCalled()
    expect(subtle).not.toHaveBeenCalled()
    vi.restoreAllMocks()
    expect(scene.events).toEqual([])
    expect([...cookies, ...headers]).toEqual([])
  })

  it('without a cookie needs no key', async () => {
    const keyring = vi.fn(() => keyringOfSeeds(1))
    const scene = createScene({ keyring })
    await scene.visitor().visit((session) => [session.data, session.id, session.subject, session.flash.take()])
    expect(keyring).not.toHaveBeenCalled()
  })

  it('does no JSON work for a session that nobody touches', async () => {
    const scene = createScene()
    const visitor = scene.visitor()
    await visitor.visit((session) => {
      session.data['n'] = { deep: [1, 2, 3] }
      session.flash.add('info', 'hello')
    })
    const spies = [vi.spyOn(JSON, 'parse'), vi.spyOn(JSON, 'stringify')]
    await visitor.visit()
    const calls = spies.map((spy) => spy.mock.calls.length)
    await visitor.visit((session) => session.subject)
    const whenTouched = spies[0]!.mock.calls.length
    vi.restoreAllMocks()
    expect(calls).toEqual([0, 0])
    expect(whenTouched).toBeGreaterThan(0)
  })

  it('gives every request data of its own, though their tokens are the same', async () => {
    const visitor = createScene().visitor()
    await visitor.visit((session) => (session.data['list'] = [1]))
    const [first, second] = await Promise.all([
      visitor.copy().visit((session) => {
        ;(session.data['list'] as number[]).push(2)
        return session.data
      }),
      visitor.copy().visit((session) => session.data),
    ])
    expect([first.result, second.result]).toEqual([{ list: [1, 2] }, { list: [1] }])
  })
})
