import { encodeUtf8 } from '#bytes'
import type { Seconds } from '../base/time.ts'
import { type Claims, packRecord } from '../codec/record.ts'
import type { SetCookie } from '../cookie/attributes.ts'
import type { CookieJar, RequestHeader } from '../cookie/jar.ts'
import { createKeyring, type Keyring } from '../seal/keyring.ts'
import { createSealer } from '../seal/sealer.ts'
import type { SessionEvent } from './events.ts'
import type { Handle } from './handle.ts'
import type { SessionsOptions } from './options.ts'
import type { Session } from './session.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** The moment at which every test begins. */
export const START: Seconds = 1_800_000_000

/** The cookie's name by default. */
export const NAME = '__Host-Http-session'

/** A secret that tests may know: 32 different bytes, others for every seed. */
export function secretOf(seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 32 }, (_, index) => (index * 7 + seed * 31 + 128) % 256)
}

/** A keyring of the secrets with these seeds; the first seals. */
export function keyringOfSeeds(...seeds: readonly number[]): Promise<Keyring> {
  return createKeyring(seeds.map(secretOf))
}

/** Text of visible characters that deflate cannot make much smaller; always the same. */
export function incompressible(length: number): string {
  let state = 12_345
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return String.fromCharCode(35 + ((state >>> 16) % 57))
  }).join('')
}

/** What one response said. */
interface Reply {
  readonly cookies: readonly SetCookie[]
  readonly headers: ReadonlyMap<string, string>
}

/** A jar that keeps what it is told. */
export interface TestJar extends CookieJar, Reply {
  /** How often each request header was asked for. */
  readonly asked: ReadonlyMap<RequestHeader, number>
}

export function createJar(
  request: Readonly<Partial<Record<RequestHeader, string>>> = {},
  response: Readonly<Record<string, string>> = {},
  secure?: boolean,
): TestJar {
  const cookies: SetCookie[] = []
  const headers = new Map(Object.entries(response))
  const asked = new Map<RequestHeader, number>()
  return {
    cookies,
    headers,
    asked,
    get(header) {
      asked.set(header, (asked.get(header) ?? 0) + 1)
      return request[header]
    },
    set(cookie) {
      cookies.push(cookie)
    },
    revise(header, change) {
      const value = change(headers.get(header))
      if (value !== undefined) headers.set(header, value)
    },
    ...(secure !== undefined && { secure }),
  }
}

/** An app with a clock that a test moves and a list of what it told. */
export interface Scene<Data extends object> {
  readonly sessions: Sessions<Data>
  readonly events: SessionEvent[]
  readonly clock: { now: Seconds }
  /** A browser without cookies. */
  visitor(): Visitor<Data>
}

/** What a scene is made with: the options of the app, less those that tests hold in their own hands. */
export type SceneOptions<Data extends object> = Partial<Omit<SessionsOptions<Data>, 'now' | 'onEvent'>>

export type Fields = Record<string, unknown>

export function createScene<Data extends object = Fields>(
  options: SceneOptions<Data> = {},
  clock: { now: Seconds } = { now: START },
): Scene<Data> {
  const events: SessionEvent[] = []
  // The cast leaves `initial` to the tests: they give it where their Data needs it.
  const sessions = createSessions<Data>({
    keyring: () => keyringOfSeeds(1),
    now: () => clock.now,
    onEvent: (event) => void events.push(event),
    ...options,
  } as SessionsOptions<Data>)
  return { sessions, events, clock, visitor: () => createVisitor(sessions) }
}

/** One request beside its cookies. */
export interface Visit {
  /** The status that the response is committed with. Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Partial<Record<RequestHeader, string>>>
  /** Headers that the app had set on the response. */
  readonly response?: Readonly<Record<string, string>>
  readonly secure?: boolean
}

/** What a test sees of one request. */
export interface Visited<Data extends object, Result> extends Reply {
  readonly result: Result
  readonly session: Session<Data>
  readonly handle: Handle<Data>
}

/** A browser: keeps the cookies that responses set, deletes those that expire at once, and sends what it has. */
export interface Visitor<Data extends object> {
  readonly cookies: Map<string, string>
  /** The Cookie header of the next request. */
  header(): string
  /** A second browser with the same cookies: another tab, or a thief. */
  copy(): Visitor<Data>
  /** One request, from opening to the end of the response. */
  visit<Result>(
    handler?: (session: Session<Data>) => Result | Promise<Result>,
    visit?: Visit,
  ): Promise<Visited<Data, Result>>
}

export function createVisitor<Data extends object>(
  sessions: Sessions<Data>,
  cookies: Map<string, string> = new Map(),
): Visitor<Data> {
  const header = (): string => Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
  return {
    cookies,
    header,
    copy: () => createVisitor(sessions, new Map(cookies)),
    async visit<Result>(
      handler?: (session: Session<Data>) => Result | Promise<Result>,
      { status = 200, headers, response, secure }: Visit = {},
    ) {
      const jar = createJar({ ...(cookies.size > 0 && { cookie: header() }), ...headers }, response, secure)
      const { handle } = sessions.attach({}, jar)
      const session = await handle.open()
      // The cast is for visits without a handler, whose result nobody reads.
      const result = (await handler?.(session)) as Result
      await handle.commit(status)
      keep(cookies, jar.cookies)
      handle.finish()
      return { result, session, handle, cookies: jar.cookies, headers: jar.headers }
    },
  }
}

/** Does with Set-Cookie what a browser does. */
function keep(cookies: Map<string, string>, set: readonly SetCookie[]): void {
  for (const { name, value, maxAge } of set) {
    if (maxAge === 0) cookies.delete(name)
    else cookies.set(name, value)
  }
}

/** What a token is made of where a test seals it by hand. */
export interface Handmade {
  readonly claims?: Partial<Claims>
  readonly payload?: Uint8Array<ArrayBuffer> | string
  readonly flash?: Uint8Array<ArrayBuffer>
  readonly form?: 'plain' | 'deflated' | 'stored'
  readonly seed?: number
  readonly name?: string
}

/** A token that is sealed rightly, whatever it holds. */
export async function sealedToken({
  claims,
  payload = '{}',
  flash,
  form = 'plain',
  seed = 1,
  name = NAME,
}: Handmade = {}): Promise<string> {
  const sealer = createSealer(await keyringOfSeeds(seed), { kind: 'cookie', name })
  const whole: Claims = {
    id: new Uint8Array(16).fill(7),
    createdAt: START,
    sealedAt: START,
    persistent: false,
    ...claims,
  }
  const bytes = typeof payload === 'string' ? encodeUtf8(payload) : payload
  const record = packRecord({ claims: whole, form, payload: bytes, ...(flash !== undefined && { flash }) })
  return (await sealer.seal(record, START)).token
}
