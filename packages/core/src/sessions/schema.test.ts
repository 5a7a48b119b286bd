import { describe, expect, it, vi } from 'vitest'
import type { SessionEvent } from './events.ts'
import { issueText, type StandardResult, type StandardSchema, type Upgrade } from './schema.ts'
import { createJar, createScene, NAME, sealedToken, START } from './visitor.fixture.ts'

interface Count {
  n: number
}

const isCount = (value: unknown): value is Count => typeof (value as Count).n === 'number'
const refusal = { issues: [{ message: 'n is no number', path: ['n'] }] } as const
const check = (value: unknown): StandardResult<Count> => (isCount(value) ? { value } : refusal)
const schemaOf = (validate: StandardSchema<Count>['~standard']['validate']): StandardSchema<Count> => ({
  '~standard': { version: 1, vendor: 'test', validate },
})

const SYNC = schemaOf(check)
const ASYNC = schemaOf(async (value) => check(value))
const initial = (): Count => ({ n: 0 })

/** Opens a cookie with this payload and answers what the app sees of it. */
const open = async (
  payload: string,
  options: { schema?: StandardSchema<Count>; upgrade?: Upgrade<Count> },
  dataVersion?: number,
) => {
  const { sessions, events } = createScene<Count>({ initial, ...options })
  const jar = createJar({
    cookie: `${NAME}=${await sealedToken({ payload, claims: { ...(dataVersion !== undefined && { dataVersion }) } })}`,
  })
  const { handle } = sessions.attach({}, jar)
  const session = await handle.open()
  const opened = events.map(reasonOf)
  return { session, handle, jar, events, opened, data: session.data }
}
const reasonOf = (event: SessionEvent) => ('reason' in event ? event.reason : event.type)

describe('a schema, when a session is opened', () => {
  it.each<[name: string, schema: StandardSchema<Count>, payload: string, data: Count, opened: string]>([
    ['lets data through that satisfies it', SYNC, '{"n":5}', { n: 5 }, 'opened'],
    ['lets data through that satisfies it later', ASYNC, '{"n":5}', { n: 5 }, 'opened'],
    ['makes other data a fresh session', SYNC, '{"n":"5"}', { n: 0 }, 'invalid-data'],
    ['makes other data a fresh session, later', ASYNC, '{"n":"5"}', { n: 0 }, 'invalid-data'],
    [
      'that throws is no bad response',
      schemaOf((value) => {
        if ((value as Count).n === 0) return { value: value as Count }
        throw new Error('x')
      }),
      '{"n":5}',
      { n: 0 },
      'invalid-data',
    ],
    [
      'that rejects is no bad response',
      schemaOf(() => Promise.reject(new Error('x'))),
      '{"n":5}',
      { n: 0 },
      'invalid-data',
    ],
    [
      'that answers what is no data',
      schemaOf(async () => ({ value: [] as unknown as Count })),
      '{"n":5}',
      { n: 0 },
      'invalid-data',
    ],
    [
      'that answers what cannot be sealed',
      schemaOf(async () => ({ value: { n: Number.NaN } })),
      '{"n":5}',
      { n: 0 },
      'invalid-data',
    ],
    ['sees no payload that is no JSON', SYNC, '{', { n: 0 }, 'undecodable'],
  ])('%s', async (_, schema, payload, data, opened) => {
    expect(await open(payload, { schema })).toMatchObject({ data, opened: [opened] })
  })

  it('that gives out one object for everybody shares nothing between visitors', async () => {
    const shared: Count = { n: 7 }
    const schema = schemaOf(async () => ({ value: shared }))
    const first = await open('{"n":1}', { schema })
    first.data.n = 8
    const { data } = await open('{"n":1}', { schema })
    expect([data, shared]).toEqual([{ n: 7 }, { n: 7 }])
  })

  it('has finished before the handler sees the session', async () => {
    const { opened } = await open('{"n":"5"}', { schema: ASYNC })
    expect(opened).toEqual(['invalid-data'])
  })

  it('is not asked about a session that is only opened, when nothing was sealed', async () => {
    const validate = vi.fn(check)
    const { visitor } = createScene<Count>({ initial, schema: schemaOf(validate) })
    const atConstruction = validate.mock.calls.length
    await visitor().visit((session) => session.data)
    expect(validate).toHaveBeenCalledTimes(atConstruction)
  })

  it.each([
    ['sync', SYNC],
    ['async', ASYNC],
  ])('that is %s and converts is no change of the handler’s', async (_, schema) => {
    const converting = schemaOf(async (value) => {
      const result = await schema['~standard'].validate(value)
      return result.issues === undefined ? { value: { n: result.value.n + 1 } } : result
    })
    const { handle, jar, data } = await open('{"n":5}', { schema: converting })
    await handle.commit(200)
    expect(data).toEqual({ n: 6 })
    expect(jar.cookies).toEqual([])
  })

  it.each([undefined, null])('that answers %s has agreed to nothing', async (answer) => {
    const forgetful = schemaOf(async () => answer as never)
    const { data } = await open('{"n":5,"role":"admin"}', { schema: forgetful })
    expect(data).toEqual({ n: 0 })
  })

  it('that fails leaves the cookie alone until the handler writes', async () => {
    const { handle, jar } = await open('{"n":"5"}', { schema: SYNC })
    await handle.commit(200)
    expect(jar.cookies).toEqual([])
  })
})

describe('a schema, before a session is sealed', () => {
  it.each([
    ['sync', SYNC],
    ['async', ASYNC],
  ])('that is %s refuses data that would not open again, and says where', async (_, schema) => {
    const { session, handle, jar } = await open('{"n":5}', { schema })
    session.data.n = 'five' as unknown as number
    await expect(handle.commit(200)).rejects.toMatchObject({
      code: 'ERR_DATA_INVALID',
      message: 'The schema refuses data.n.',
    })
    expect(jar.cookies).toEqual([])
  })

  it('that answers nothing refuses', async () => {
    let answers = true
    const forgetful = schemaOf(async (value) => (answers ? { value: value as Count } : (undefined as never)))
    const { session, handle, jar } = await open('{"n":5}', { schema: forgetful })
    answers = false
    session.data.n = 6
    await expect(handle.commit(200)).rejects.toMatchObject({ code: 'ERR_DATA_INVALID' })
    expect(jar.cookies).toEqual([])
  })

  it('lets data through that satisfies it', async () => {
    const { session, handle, jar } = await open('{"n":5}', { schema: SYNC })
    session.data.n = 6
    await handle.commit(200)
    expect(jar.cookies).toHaveLength(1)
  })

  it.each<
    [
      name: string,
      validate: (value: Record<string, unknown>) => Record<string, unknown>,
      data: Record<string, unknown>,
      fields: string,
    ]
  >([
    ['strips a field', ({ cart }) => ({ cart }), { cart: [], cartt: ['x'] }, 'data.cartt'],
    ['converts a field', (value) => ({ ...value, when: new Date(5) }), { when: '1970' }, 'data.when'],
    ['adds a field', (value) => ({ ...value, role: 'user' }), { n: 1 }, 'data.role'],
    ['changes something within', () => ({ cart: [{ n: 2 }] }), { cart: [{ n: 1 }] }, 'data.cart'],
  ])('that %s is refused, since the next request would see other data', async (_, validate, data, fields) => {
    const schema: StandardSchema<Record<string, unknown>> = {
      // The cast says what the tests give it; `initial()` passes as it is.
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => ({
          value: Object.keys(value as object).length === 0 ? {} : validate(value as Record<string, unknown>),
        }),
      },
    }
    const { events, visitor } = createScene<Record<string, unknown>>({ schema, initial: () => ({}) })
    const visiting = visitor().visit((session) => (session.data = data))
    await expect(visiting).rejects.toMatchObject({
      code: 'ERR_DATA_INVALID',
      message: expect.stringContaining(`The schema changes ${fields}, but must only check`) as unknown,
    })
    expect(events.map(reasonOf)).toEqual(['invalid-data'])
  })

  it('that only puts fields into another order is a check', async () => {
    const schema = schemaOf(async (value) => ({
      value: Object.fromEntries(Object.entries(value as Count).toReversed()) as unknown as Count,
    }))
    const { visitor } = createScene<Count>({ schema, initial })
    const { cookies } = await visitor().visit(
      (session) => void Object.assign(session.data, { n: 1, more: [{ a: 1, b: 2 }] }),
    )
    expect(cookies).toHaveLength(1)
  })

  it('is not asked about data that did not change', async () => {
    const validate = vi.fn(check)
    const { session, handle } = await open('{"n":5}', { schema: schemaOf(validate) })
    const before = validate.mock.calls.length
    session.regenerate()
    await handle.commit(200)
    expect(validate).toHaveBeenCalledTimes(before)
  })

  it.each<[name: string, issues: Parameters<typeof issueText>[0], text: string]>([
    ['a path of keys', [{ message: 'm', path: ['a', 0, 'b'] }], 'data.a.0.b'],
    ['a path of segments', [{ message: 'm', path: [{ key: 'a' }, { key: Symbol.for('s') }] }], 'data.a.Symbol(s)'],
    ['no path', [{ message: 'm' }], 'data'],
    [
      'more than three issues',
      [1, 2, 3, 4].map((key) => ({ message: 'secret value', path: [key] })),
      'data.1, data.2, data.3',
    ],
  ])('%s is named without the value', (_, issues, text) => {
    expect(issueText(issues, 'data')).toBe(text)
  })
})

describe('upgrade', () => {
  it('that gives out one object for everybody shares nothing between visitors', async () => {
    const shared: Count = { n: 7 }
    const upgrade = { version: 1, from: () => shared }
    const first = await open('{}', { upgrade })
    first.data.n = 8
    expect((await open('{}', { upgrade })).data).toEqual({ n: 7 })
  })

  const from = (old: unknown, version: number): Count => ({ n: (old as { count: number }).count * 10 + version })

  it.each<
    [
      name: string,
      payload: string,
      dataVersion: number | undefined,
      upgrade: Upgrade<Count>,
      data: Count,
      opened: string,
    ]
  >([
    ['takes data of no version as version 0', '{"count":1}', undefined, { version: 2, from }, { n: 10 }, 'opened'],
    ['is told the version', '{"count":1}', 1, { version: 2, from }, { n: 11 }, 'opened'],
    [
      'may take its time',
      '{"count":1}',
      1,
      { version: 2, from: async (old, version) => from(old, version) },
      { n: 11 },
      'opened',
    ],
    ['leaves data of today alone', '{"n":5}', 2, { version: 2, from }, { n: 5 }, 'opened'],
    ['does not touch data of tomorrow', '{"n":5}', 3, { version: 2, from }, { n: 0 }, 'newer-data'],
    [
      'that throws makes a fresh session',
      '{"count":1}',
      1,
      {
        version: 2,
        from: () => {
          throw new Error('x')
        },
      },
      { n: 0 },
      'invalid-data',
    ],
    [
      'that rejects makes a fresh session',
      '{"count":1}',
      1,
      { version: 2, from: () => Promise.reject(new Error('x')) },
      { n: 0 },
      'invalid-data',
    ],
    [
      'that forgets its return makes a fresh session',
      '{"count":1}',
      1,
      { version: 2, from: () => undefined as unknown as Count },
      { n: 0 },
      'invalid-data',
    ],
    [
      'that answers what cannot be sealed makes a fresh session',
      '{"count":1}',
      1,
      { version: 2, from: () => ({ n: Number.NaN }) },
      { n: 0 },
      'invalid-data',
    ],
  ])('%s', async (_, payload, dataVersion, upgrade, data, opened) => {
    expect(await open(payload, { upgrade }, dataVersion)).toMatchObject({ data, opened: [opened] })
  })

  it('runs before the schema', async () => {
    expect((await open('{"count":1}', { upgrade: { version: 1, from }, schema: SYNC })).data).toEqual({ n: 10 })
  })

  it('alone writes nothing: a session is sealed in its new shape when it changes', async () => {
    const clock = { now: START }
    const old = createScene<{ count: number }>({ initial: () => ({ count: 0 }) }, clock)
    const visitor = old.visitor()
    await visitor.visit((session) => (session.data.count = 1))
    const calls = vi.fn(from)
    const today = createScene<Count>({ initial, upgrade: { version: 1, from: calls } }, clock).visitor()
    today.cookies.set(NAME, visitor.cookies.get(NAME)!)
    expect((await today.visit((session) => session.data)).cookies).toEqual([])
    await today.visit((session) => (session.data.n = 7))
    expect((await today.visit((session) => session.data)).result).toEqual({ n: 7 })
    expect(calls).toHaveBeenCalledTimes(2)
  })

  it.each<[name: string, handler: (session: { data: Count; regenerate(): void }) => unknown]>([
    ['a change', (session) => (session.data.n = 9)],
    ['a new id', (session) => session.regenerate()],
  ])(
    'drops %s to a session whose data is newer, with an event, so that a rolling deploy loses nothing',
    async (_, handler) => {
      const { session, handle, jar, events } = await open('{"n":5}', { upgrade: { version: 1, from } }, 2)
      handler(session)
      await handle.commit(200)
      handle.finish()
      expect(jar.cookies).toEqual([])
      expect(events.map(reasonOf)).toEqual(['newer-data', 'newer-data'])
      expect(events.at(-1)).toEqual({ type: 'uncommitted', cookie: NAME, reason: 'newer-data' })
    },
  )

  it('still lets a session whose data is newer log out', async () => {
    const { session, handle, jar } = await open('{"n":5}', { upgrade: { version: 1, from } }, 2)
    session.destroy()
    await handle.commit(200)
    expect(jar.cookies.map(({ maxAge }) => maxAge)).toEqual([0])
  })
})
