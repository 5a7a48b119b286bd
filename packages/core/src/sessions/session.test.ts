import { describe, expect, it } from 'vitest'
import { hours } from '../base/time.ts'
import type { Session } from './session.ts'
import { createScene, type Fields, NAME, START, type Visitor } from './visitor.fixture.ts'

interface Cart {
  items: { name: string; tags?: Set<string> }[]
  note?: string
}
const shop = () => createScene<Cart>({ initial: () => ({ items: [] }) })

const signedIn = async (
  subject = 'ada',
): Promise<{ scene: ReturnType<typeof createScene<Fields>>; visitor: Visitor<Fields> }> => {
  const scene = createScene()
  const visitor = scene.visitor()
  await visitor.visit((session) => {
    session.regenerate({ subject })
    session.data['n'] = 1
    session.flash.add('info', 'hello')
  })
  return { scene, visitor }
}

const containing = (text: string): unknown => expect.stringContaining(text)
const misuse = (code: string, message: string): Error => {
  // The cast gives the matcher the type that toThrow takes.
  return expect.objectContaining({ code, message: containing(message) }) as Error
}
const KEY_ID: unknown = expect.stringMatching(/^[\da-f]{8}$/u)

describe('session.data', () => {
  it('is what initial() gives, on the first visit', async () => {
    const { result } = await shop()
      .visitor()
      .visit((session) => session.data)
    expect(result).toEqual({ items: [] })
  })

  it.each<[name: string, change: (session: Session<Cart>) => unknown, expected: Cart]>([
    ['a field that was set', (session) => (session.data.note = 'hi'), { items: [{ name: 'tea' }], note: 'hi' }],
    ['a change deep inside', (session) => (session.data.items[0]!.name = 'milk'), { items: [{ name: 'milk' }] }],
    [
      'an item that was added',
      (session) => session.data.items.push({ name: 'milk' }),
      { items: [{ name: 'tea' }, { name: 'milk' }] },
    ],
    [
      'a set inside',
      (session) => (session.data.items[0]!.tags = new Set(['hot'])),
      { items: [{ name: 'tea', tags: new Set(['hot']) }] },
    ],
    [
      'data that was replaced',
      (session) => (session.data = { items: [{ name: 'all new' }] }),
      { items: [{ name: 'all new' }] },
    ],
  ])('saves %s', async (_, change, expected) => {
    const visitor = shop().visitor()
    await visitor.visit((session) => session.data.items.push({ name: 'tea' }))
    await visitor.visit(change)
    const { result } = await visitor.visit((session) => session.data)
    expect(result).toEqual(expected)
  })

  it('forgets a field that was deleted', async () => {
    const visitor = shop().visitor()
    await visitor.visit((session) => (session.data.note = 'hi'))
    await visitor.visit((session) => {
      session.data.items.push({ name: 'tea' })
      delete session.data.note
    })
    const { result } = await visitor.visit((session) => Object.keys(session.data))
    expect(result).toEqual(['items'])
  })

  it('is the same object on every look', async () => {
    const { result } = await shop()
      .visitor()
      .visit((session) => session.data === session.data)
    expect(result).toBe(true)
  })

  it.each<[name: string, value: unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a text', 'x'],
    ['a list', []],
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['a promise', Promise.resolve({})],
  ])('cannot become %s', async (_, value) => {
    await createScene()
      .visitor()
      .visit((session) => {
        expect(() => (session.data = value as Fields)).toThrow(misuse('ERR_DATA_INVALID', 'call session.destroy()'))
      })
  })
})

describe('the session object', () => {
  it.each(['user', 'cookie2', '__proto__', 'then'])('refuses session.%s = …, which would be lost', async (property) => {
    await createScene()
      .visitor()
      .visit((session) => {
        expect(() => Reflect.set(session, property, 1)).toThrow(
          misuse('ERR_SESSION_ASSIGNED', `session.data.${property}`),
        )
        expect(Reflect.defineProperty(session, property, { value: 1 })).toBe(false)
      })
  })

  it('refuses an assignment in code that is not strict, too, where JavaScript would say nothing', async () => {
    // oxlint-disable-next-line typescript/no-implied-eval -- the one way to code that is not strict inside a module
    const assign = new Function('session', 'session.user = 1') as (session: unknown) => void
    await createScene()
      .visitor()
      .visit((session) => {
        expect(() => assign(session)).toThrow(misuse('ERR_SESSION_ASSIGNED', 'session.user cannot be set'))
      })
  })

  it.each(['id', 'origin', 'subject', 'createdAt', 'expiresAt', 'authenticatedAt', 'cookie', 'flash'])(
    'refuses an assignment to %s and says why',
    async (property) => {
      await createScene()
        .visitor()
        .visit((session) => {
          expect(() => Reflect.set(session, property, 'x')).toThrow(
            misuse('ERR_SESSION_ASSIGNED', `session.${property} cannot be set`),
          )
        })
    },
  )

  it.each<[name: string, misuse: (session: Session) => unknown, code: string, message: string]>([
    [
      'regenerate with the name of something else',
      (session) => session.regenerate({ user: 'ada' } as never),
      'ERR_OPTIONS_INVALID',
      'session.regenerate.user is not an option: there are subject, data',
    ],
    [
      'regenerate with a text',
      (session) => session.regenerate('ada' as never),
      'ERR_OPTIONS_INVALID',
      'session.regenerate must be an object with subject, data',
    ],
    [
      'persistent with a text',
      (session) => (session.persistent = 'yes' as never),
      'ERR_DATA_INVALID',
      'session.persistent must be a boolean',
    ],
  ])('refuses %s before anything has changed', async (_, use, code, message) => {
    const { cookies } = await createScene()
      .visitor()
      .visit((session) => {
        expect(() => use(session)).toThrow(misuse(code, message))
      })
    expect(cookies).toEqual([])
  })

  it('forgets that a visitor wanted to be remembered when another signs in', async () => {
    const { visitor } = await signedIn('ada@example.com')
    await visitor.visit((session) => (session.persistent = true))
    const { cookies } = await visitor.visit((session) => session.regenerate({ subject: 'bob' }))
    expect(cookies.map(({ maxAge }) => maxAge)).toEqual([undefined])
  })

  it('shows nothing of the visitor when it is printed or turned into JSON', async () => {
    const { visitor } = await signedIn('ada@example.com')
    const { session } = await visitor.visit((own) => own.data)
    expect(JSON.stringify(session)).toBe('{}')
    expect(Object.keys(session)).toEqual([])
  })
})

describe('session.id', () => {
  it('is 32 hexadecimal characters, and stays once it was written', async () => {
    const { visitor } = await signedIn()
    const { result: first } = await visitor.visit((session) => session.id)
    const { result: second } = await visitor.visit((session) => {
      session.data['n'] = 2
      return session.id
    })
    const { result: third } = await visitor.visit((session) => session.id)
    expect(first).toMatch(/^[\da-f]{32}$/u)
    expect([second, third]).toEqual([first, first])
  })

  it('is the id that is then written', async () => {
    const visitor = createScene().visitor()
    const { result } = await visitor.visit((session) => {
      session.data['n'] = 1
      return session.id
    })
    expect((await visitor.visit((session) => session.id)).result).toBe(result)
  })

  it('differs from visit to visit while nothing is written', async () => {
    const visitor = createScene().visitor()
    const ids = [await visitor.visit((session) => session.id), await visitor.visit((session) => session.id)]
    expect(ids[0]!.result).not.toBe(ids[1]!.result)
  })
})

describe('what the session says of itself', () => {
  const facts = (session: Session<Fields>) => ({
    origin: session.origin,
    subject: session.subject,
    createdAt: session.createdAt - START,
    expiresAt: session.expiresAt - START,
    authenticatedAt: session.authenticatedAt === undefined ? undefined : session.authenticatedAt - START,
    persistent: session.persistent,
  })

  it.each<
    [
      name: string,
      first: (session: Session<Fields>) => void,
      now: ((session: Session<Fields>) => void) | undefined,
      expected: object,
    ]
  >([
    [
      'of a new visitor',
      () => undefined,
      undefined,
      {
        origin: 'fresh',
        subject: undefined,
        createdAt: 100,
        expiresAt: 100 + hours(24),
        authenticatedAt: undefined,
        persistent: false,
      },
    ],
    [
      'of an anonymous session',
      (session) => (session.data['n'] = 1),
      undefined,
      {
        origin: 'resumed',
        subject: undefined,
        createdAt: 0,
        expiresAt: hours(24),
        authenticatedAt: undefined,
        persistent: false,
      },
    ],
    [
      'of a user',
      (session) => session.regenerate({ subject: 'ada' }),
      undefined,
      { origin: 'resumed', subject: 'ada', createdAt: 0, expiresAt: hours(24), authenticatedAt: 0, persistent: false },
    ],
    [
      'after a login',
      (session) => (session.data['n'] = 1),
      (session) => session.regenerate({ subject: 'ada' }),
      {
        origin: 'resumed',
        subject: 'ada',
        createdAt: 100,
        expiresAt: 100 + hours(24),
        authenticatedAt: 100,
        persistent: false,
      },
    ],
    [
      'after a change of privilege',
      (session) => session.regenerate({ subject: 'ada' }),
      (session) => session.regenerate(),
      {
        origin: 'resumed',
        subject: 'ada',
        createdAt: 0,
        expiresAt: 100 + hours(24),
        authenticatedAt: 0,
        persistent: false,
      },
    ],
    [
      'after destroy',
      (session) => session.regenerate({ subject: 'ada' }),
      (session) => session.destroy(),
      {
        origin: 'fresh',
        subject: undefined,
        createdAt: 100,
        expiresAt: 100 + hours(24),
        authenticatedAt: undefined,
        persistent: false,
      },
    ],
  ])('%s', async (_, first, now, expected) => {
    const scene = createScene()
    const visitor = scene.visitor()
    await visitor.visit(first)
    scene.clock.now += 100
    const { result } = await visitor.visit((session) => {
      now?.(session)
      return facts(session)
    })
    expect(result).toEqual(expected)
  })

  it('names the cookie that it came in, and then the one that was written', async () => {
    const { visitor } = await signedIn()
    const sent = visitor.header().length - 1
    const { result, session, cookies } = await visitor.visit((own) => {
      own.data['n'] = 'x'.repeat(100)
      return own.cookie
    })
    expect(result).toEqual({ name: NAME, bytes: sent, chunks: 1, keyId: KEY_ID })
    expect(session.cookie).toEqual({ ...result, bytes: NAME.length + cookies[0]!.value.length })
    expect(session.cookie!.bytes).toBeGreaterThan(sent)
  })

  it('names no cookie on a first visit and none after destroy', async () => {
    const { visitor } = await signedIn()
    const { session, result } = await visitor.visit((own) => {
      own.destroy()
      return own.cookie
    })
    expect([result, session.cookie]).toEqual([undefined, undefined])
    expect(
      (
        await createScene()
          .visitor()
          .visit((own) => own.cookie)
      ).result,
    ).toBeUndefined()
  })
})

describe('session.persistent', () => {
  it('makes a cookie that outlives the browser’s run, and takes that back', async () => {
    const visitor = createScene().visitor()
    const first = await visitor.visit((session) => (session.persistent = true))
    const second = await visitor.visit((session) => session.persistent)
    const third = await visitor.visit((session) => {
      session.data['n'] = 1
      session.persistent = false
    })
    expect(first.cookies[0]!.maxAge).toBe(hours(24))
    expect([second.result, second.cookies]).toEqual([true, []])
    expect(third.cookies[0]!.maxAge).toBeUndefined()
  })
})

describe('session.flash', () => {
  it('waits for the next page, is taken once, and can be looked at before', async () => {
    const visitor = createScene().visitor()
    await visitor.visit((session) => {
      session.flash.add('info', 'Saved')
      session.flash.add('error', 'Oh')
    })
    const peeked = await visitor.visit((session) => [
      session.flash.peek(),
      session.flash.peek('error'),
      session.flash.peek('none'),
    ])
    const taken = await visitor.visit((session) => [
      session.flash.take('info'),
      session.flash.take('info'),
      session.flash.peek(),
    ])
    const rest = await visitor.visit((session) => session.flash.take())
    const none = await visitor.visit((session) => session.flash.take())
    const [info, error] = [
      { kind: 'info', text: 'Saved' },
      { kind: 'error', text: 'Oh' },
    ]
    expect(peeked.result).toEqual([[info, error], [error], []])
    expect(taken.result).toEqual([[info], [], [error]])
    expect([rest.result, none.result]).toEqual([[error], []])
    expect([peeked, taken, rest, none].map(({ cookies }) => cookies.length)).toEqual([0, 1, 1, 0])
  })

  it('can be added and taken in one request, and then nothing is written', async () => {
    const { result, cookies } = await createScene()
      .visitor()
      .visit((session) => {
        session.flash.add('info', 'now')
        return session.flash.take()
      })
    expect(result).toEqual([{ kind: 'info', text: 'now' }])
    expect(cookies).toEqual([])
  })

  it.each([
    [undefined, 'text'],
    ['info', undefined],
    [1, 'text'],
    ['info', new Error('x')],
  ])('refuses what is not text: add(%s, %s)', async (kind, text) => {
    await createScene()
      .visitor()
      .visit((session) => {
        expect(() => session.flash.add(kind as string, text as string)).toThrow(
          misuse('ERR_DATA_INVALID', 'takes two strings'),
        )
      })
  })
})

describe('session.regenerate', () => {
  it.each<
    [
      name: string,
      start: string | undefined,
      options: { subject?: string; data?: 'keep' },
      kept: boolean,
      subject: string | undefined,
      createdAt: number,
    ]
  >([
    ['a login keeps the data of the anonymous session', undefined, { subject: 'ada' }, true, 'ada', 50],
    ['the same user’s new login keeps data', 'ada', { subject: 'ada' }, true, 'ada', 50],
    ['another user’s login starts with new data', 'ada', { subject: 'bob' }, false, 'bob', 50],
    ['another user’s login keeps data when told so', 'ada', { subject: 'bob', data: 'keep' }, true, 'bob', 50],
    ['a change of privilege keeps everything but the id', 'ada', {}, true, 'ada', 0],
    ['a change of privilege of an anonymous session', undefined, {}, true, undefined, 0],
  ])('%s', async (_, start, options, kept, subject, createdAt) => {
    const scene = createScene()
    const visitor = scene.visitor()
    const { result: id } = await visitor.visit((session) => {
      if (start !== undefined) session.regenerate({ subject: start })
      session.data['n'] = 1
      session.flash.add('info', 'hello')
      return session.id
    })
    scene.clock.now += 50
    await visitor.visit((session) => session.regenerate(options))
    const { result } = await visitor.visit((session) => ({
      id: session.id,
      data: session.data,
      flash: session.flash.peek().length,
      subject: session.subject,
      createdAt: session.createdAt - START,
    }))
    const { id: newId, ...facts } = result
    expect(facts).toEqual({ data: kept ? { n: 1 } : {}, flash: kept ? 1 : 0, subject, createdAt })
    expect(newId).not.toBe(id)
  })

  it('restarts the absolute lifetime at a login and only there', async () => {
    const scene = createScene({ lifetime: { absolute: 100, idle: 'off' } })
    const visitor = scene.visitor()
    await visitor.visit((session) => session.regenerate({ subject: 'ada' }))
    scene.clock.now += 90
    await visitor.visit((session) => session.regenerate())
    const other = visitor.copy()
    await other.visit((session) => session.regenerate({ subject: 'ada' }))
    scene.clock.now += 10
    expect((await visitor.visit((session) => session.origin)).result).toBe('fresh')
    expect((await other.visit((session) => session.origin)).result).toBe('resumed')
  })

  it.each<[name: string, subject: unknown]>([
    ['no text', undefined],
    ['an empty text', ''],
    ['a number', 7],
    ['256 bytes', 'x'.repeat(256)],
    ['128 letters of two bytes each', 'é'.repeat(128)],
    ['a lone surrogate, which would be the same subject as another', '\ud800'],
    ['null', null],
  ])('refuses a subject that is %s, and then nothing has changed', async (_, subject) => {
    const { visitor } = await signedIn()
    const { result, cookies } = await visitor.visit((session) => {
      const before = session.id
      expect(() => session.regenerate({ subject: subject as string })).toThrow(
        misuse('ERR_DATA_INVALID', 'subject must be a string of 1 to 255 bytes, such as String(user.id)'),
      )
      return [session.id === before, session.subject]
    })
    expect(result).toEqual([true, 'ada'])
    expect(cookies).toEqual([])
  })

  it.each(['x', 'x'.repeat(255), 'é'.repeat(127), '🦊', ' \0;='])('accepts the subject %j', async (subject) => {
    const { visitor } = await signedIn(subject)
    expect((await visitor.visit((session) => session.subject)).result).toBe(subject)
  })
})

describe('session.destroy', () => {
  it('leaves a fresh session of a new visitor', async () => {
    const { visitor } = await signedIn()
    const { result } = await visitor.visit((session) => {
      session.persistent = true
      session.destroy()
      return {
        origin: session.origin,
        subject: session.subject,
        data: session.data,
        flash: session.flash.peek(),
        persistent: session.persistent,
      }
    })
    expect(result).toEqual({ origin: 'fresh', subject: undefined, data: {}, flash: [], persistent: false })
    expect(visitor.cookies.size).toBe(0)
  })

  it.each<[name: string, after: (session: Session<Fields>) => unknown, expected: object]>([
    [
      'data',
      (session) => (session.data['m'] = 2),
      { data: { m: 2 }, flash: [], subject: undefined, persistent: false },
    ],
    [
      'flash',
      (session) => session.flash.add('info', 'Goodbye'),
      { data: {}, flash: [{ kind: 'info', text: 'Goodbye' }], subject: undefined, persistent: false },
    ],
    ['regenerate', (session) => session.regenerate(), { data: {}, flash: [], subject: undefined, persistent: false }],
    [
      'another login',
      (session) => session.regenerate({ subject: 'bob' }),
      { data: {}, flash: [], subject: 'bob', persistent: false },
    ],
    [
      'persistent',
      (session) => (session.persistent = true),
      { data: {}, flash: [], subject: undefined, persistent: true },
    ],
  ])('and then %s starts a new session', async (_, after, expected) => {
    const { visitor } = await signedIn()
    const { result: id } = await visitor.visit((session) => session.id)
    const { cookies } = await visitor.visit((session) => {
      session.destroy()
      after(session)
    })
    const { result } = await visitor.visit((session) => ({
      id: session.id,
      data: session.data,
      flash: session.flash.peek(),
      subject: session.subject,
      persistent: session.persistent,
    }))
    const { id: newId, ...facts } = result
    expect(facts).toEqual(expected)
    expect(newId).not.toBe(id)
    expect(cookies).toHaveLength(1)
  })

  it('and then a look at the data writes nothing', async () => {
    const { visitor } = await signedIn()
    const { cookies } = await visitor.visit((session) => {
      session.destroy()
      return [session.data, session.id, session.flash.take()]
    })
    expect(cookies.map(({ maxAge }) => maxAge)).toEqual([0])
  })
})

describe('after the response has begun', () => {
  it.each<[name: string, call: (session: Session<Fields>) => unknown]>([
    ['session.regenerate', (session) => session.regenerate()],
    ['session.destroy', (session) => session.destroy()],
    ['session.flash.add', (session) => session.flash.add('info', 'x')],
    ['session.flash.take', (session) => session.flash.take()],
    ['session.persistent', (session) => (session.persistent = true)],
  ])('%s throws, since it would be lost', async (name, call) => {
    const { visitor } = await signedIn()
    const { session } = await visitor.visit((own) => own.data)
    expect(() => call(session)).toThrow(misuse('ERR_SESSION_COMMITTED', `${name} comes too late`))
  })

  it('taking flash where none waits is no change', async () => {
    const { session } = await createScene()
      .visitor()
      .visit((own) => own.data)
    expect(session.flash.take()).toEqual([])
  })

  it('everything can still be read', async () => {
    const { visitor } = await signedIn()
    const { session } = await visitor.visit()
    expect([session.subject, session.data, session.flash.peek().length, session.origin]).toEqual([
      'ada',
      { n: 1 },
      1,
      'resumed',
    ])
  })

  it('session.commit() writes now, and what the adapter does later adds nothing', async () => {
    const { visitor } = await signedIn()
    const { cookies } = await visitor.visit(
      async (session) => {
        session.data['n'] = 2
        await session.commit()
        expect(() => session.destroy()).toThrow(misuse('ERR_SESSION_COMMITTED', 'session.destroy comes too late'))
      },
      { status: 500 },
    )
    expect(cookies).toHaveLength(1)
    expect((await visitor.visit((session) => session.data)).result).toEqual({ n: 2 })
  })
})
