import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SessionError, SessionTooLargeError } from '../base/errors.ts'
import { PAYLOAD_BYTES } from '../codec/deflate.ts'
import { PAYLOAD_DEPTH, PAYLOAD_NODES } from '../codec/payload.ts'
import { createJar, createScene, type Fields, incompressible, NAME, type SceneOptions } from './visitor.fixture.ts'

/** Commits data and answers the error and what was written. */
const attempt = async (data: Fields, options: SceneOptions<Fields> = {}) => {
  const { sessions } = createScene(options)
  const jar = createJar()
  const { handle } = sessions.attach({}, jar)
  const session = await handle.open()
  session.data = data
  const error: unknown = await handle.commit(200).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { error, jar, header: jar.cookies.map(({ name, value }) => `${name}=${value}`).join('; '), sessions }
}

const nested = (depth: number): Fields => {
  let value: Fields = {}
  for (let level = 1; level < depth; level++) value = { a: value }
  return value
}

describe('a session that does not fit', () => {
  it('throws with the size, the limit and the bytes of every field, and writes nothing', async () => {
    const { error, jar } = await attempt({ small: 1, large: incompressible(9000), middle: 'abc' })
    expect(error).toBeInstanceOf(SessionTooLargeError)
    const tooLarge = error as SessionTooLargeError
    expect(tooLarge).toMatchObject({
      status: 413,
      statusCode: 413,
      expose: false,
      fields: { large: 9010, middle: 14, small: 9 },
    })
    expect(Object.keys(tooLarge.fields)).toEqual(['large', 'middle', 'small'])
    expect(tooLarge.size).toBeGreaterThan(tooLarge.limit)
    expect(tooLarge.message).toMatch(
      /has 9020 characters in 2 cookies \(cookie\.maxChunks\), of which 8136 fit\. .+ Bytes by field: large: 9010, middle: 14, small: 9\./u,
    )
    expect(tooLarge.message).not.toContain(incompressible(20))
    expect(jar.cookies).toEqual([])
    expect([...jar.headers]).toEqual([['vary', 'Cookie']])
  })

  it.each([1, 2, 9])(
    'names a limit over %i cookies that is exact: a size of the limit fits, one more does not',
    async (maxChunks) => {
      const options: SceneOptions<Fields> = { compression: 'off', cookie: { maxChunks } }
      const { error } = await attempt({ text: incompressible(40_000) }, options)
      const { limit } = error as SessionTooLargeError
      // Three bytes make four characters, so not every size occurs.
      const length = (characters: number) => Math.floor((characters * 3) / 4) - 45 - 22 - '{"text":""}'.length
      expect((await attempt({ text: incompressible(length(limit)) }, options)).error).toBeUndefined()
      expect((await attempt({ text: incompressible(length(limit) + 1) }, options)).error).toBeInstanceOf(
        SessionTooLargeError,
      )
    },
  )

  it('counts the flash beside the fields', async () => {
    const { sessions } = createScene()
    const { handle } = sessions.attach({}, createJar())
    const session = await handle.open()
    session.flash.add('info', incompressible(9000))
    await expect(handle.commit(200)).rejects.toMatchObject({ fields: { '(flash)': 9013 } })
  })

  it('throws for data that inflates past what any reader takes, though it would deflate to nothing', async () => {
    const { error, jar } = await attempt({ text: 'x'.repeat(PAYLOAD_BYTES) })
    expect(error).toMatchObject({ code: 'ERR_SESSION_TOO_LARGE', size: PAYLOAD_BYTES + 11, limit: PAYLOAD_BYTES })
    expect(jar.cookies).toEqual([])
  })
})

describe('every cap of the reader is the writer’s, too', () => {
  it.each<[name: string, fits: Fields, tooMuch: Fields]>([
    ['bytes of payload', { text: 'x'.repeat(PAYLOAD_BYTES - 11) }, { text: 'x'.repeat(PAYLOAD_BYTES - 10) }],
    ['depth', nested(PAYLOAD_DEPTH), nested(PAYLOAD_DEPTH + 1)],
    ['values', { list: Array<number>(PAYLOAD_NODES - 2).fill(0) }, { list: Array<number>(PAYLOAD_NODES - 1).fill(0) }],
  ])('%s', async (_, fits, tooMuch) => {
    const { sessions, header, error } = await attempt(fits)
    expect(error).toBeUndefined()
    const view = await sessions.read(header)
    expect(view.kind === 'session' && view.data).toEqual(fits)
    expect((await attempt(tooMuch)).error).toBeInstanceOf(SessionTooLargeError)
  })

  it(
    'whatever is sealed opens as it was, and what is refused is refused with a reason',
    { timeout: 60_000 },
    async () => {
      const leaf = fc.oneof(
        fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCodePoint(code)) }),
        fc.double().map((number) => number + 0),
        fc.integer(),
        fc.bigInt(),
        fc.boolean(),
        fc.constant(null),
        fc.date(),
        fc.uint8Array(),
        fc.constant('x'.repeat(3000)),
      )
      const { value } = fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 3 },
          leaf,
          fc.array(tie('value'), { maxLength: 3 }),
          fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }),
          fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
        ),
      }))
      const data = fc.dictionary(
        fc.oneof(fc.string(), fc.constantFrom('$date', '$$x', 'constructor', '__proto__')),
        value,
        { maxKeys: 6 },
      )
      await fc.assert(
        fc.asyncProperty(
          data,
          fc.integer({ min: 1, max: 9 }),
          fc.constantFrom('deflate', 'off'),
          async (given, maxChunks, compression) => {
            const { error, header, sessions, jar } = await attempt(given, { cookie: { maxChunks }, compression })
            if (error !== undefined) {
              expect(error).toBeInstanceOf(SessionError)
              expect(jar.cookies).toEqual([])
              return
            }
            const view = await sessions.read(header)
            if (header === '') return
            expect(view.kind === 'session' && view.data).toEqual(given)
            expect(jar.cookies.every(({ name, value: token }) => name.length + token.length <= 4096)).toBe(true)
            expect(jar.cookies.length).toBeLessThanOrEqual(maxChunks)
          },
        ),
        { numRuns: 100 },
      )
    },
  )
})

describe('compression', () => {
  const bytesOf = async (data: Fields, compression: 'deflate' | 'off') =>
    (await attempt(data, { compression })).jar.cookies.reduce((sum, { value }) => sum + value.length, 0)

  it.each<[name: string, data: Fields, isSmaller: boolean]>([
    ['a payload of 1,024 bytes is left as it is', { text: 'x'.repeat(1024 - 11) }, false],
    ['a payload of 1,025 bytes is deflated', { text: 'x'.repeat(1025 - 11) }, true],
  ])('%s', async (_, data, isSmaller) => {
    expect((await bytesOf(data, 'deflate')) < (await bytesOf(data, 'off'))).toBe(isSmaller)
  })

  it('is not used where it would make the cookie larger', async () => {
    const random = { bytes: Uint8Array.from({ length: 1500 }, (_, index) => (index * index * 31 + index * 7) % 251) }
    expect(await bytesOf(random, 'deflate')).toBeLessThanOrEqual(await bytesOf(random, 'off'))
  })

  it('can be switched off, and what was deflated before still opens', async () => {
    const { header } = await attempt({ text: 'x'.repeat(2000) })
    const { sessions } = createScene({ compression: 'off' })
    expect(await sessions.read(header)).toMatchObject({ data: { text: 'x'.repeat(2000) } })
    expect(header.startsWith(`${NAME}=`)).toBe(true)
  })
})
