/**
 * Gives broken Cookie headers to the built package and looks for what must not happen: an exception, 50 ms, growing
 * memory, a session that nobody sealed, a cookie that reading wrote. Exits with 1 when it finds any.
 *
 *     pnpm build && pnpm --filter ./packages/core fuzz --seconds 60 --seed 1
 *     node fuzz/cookie-header.ts --replay < finding.json
 */
import { strictEqual } from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import {
  type CookieJar,
  createKeyring,
  createSessions,
  type Session,
  type Sessions,
  type SessionsOptions,
} from '@encrypted-session/core'
import { examine, type Finding, fuzz, type Operation } from './fuzzer.ts'
import { createRandom } from './random.ts'

type Data = Record<string, unknown>

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string' },
    replay: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed ?? Date.now() % 2 ** 32)

/** The same in every run, so that a header that was printed means the same to the next process. Never seals anything real. */
const KEY = Uint8Array.from({ length: 32 }, (_, index) => (index * 37 + 11) % 256)
const OTHER_KEY = KEY.toReversed()
const NOW = 1_800_000_000
const keyring = await createKeyring([KEY])
const sessionsOf = (maxChunks: number, change: Partial<SessionsOptions<Data>> = {}): Sessions =>
  createSessions({ keyring, now: () => NOW, cookie: { name: 'session', secure: false, maxChunks }, ...change })

const one = sessionsOf(1)
const two = sessionsOf(2)
const nine = sessionsOf(9)

/** The data of what may be opened, by the session's id. */
const sealed = new Map<string, string>()

/** Nothing may be opened but what was sealed for it, unchanged. A replayed header was sealed by a process that is gone. */
function checkSealed(id: string, data: unknown): void {
  if (!values.replay) strictEqual(JSON.stringify(data), sealed.get(id), 'a session was never sealed so')
}

/** Runs one request: the headers of its response, after `handler` has done with the session what it does. */
async function request(
  sessions: Sessions,
  header: string,
  handler: (session: Session<Data>) => void,
): Promise<string[]> {
  const cookies: string[] = []
  const jar: CookieJar = {
    get: (name) => (name === 'cookie' ? header : undefined),
    set: ({ name, value, text: line }) => {
      strictEqual(name.length + value.length <= 4096, true, 'a cookie is larger than browsers take')
      strictEqual(/[^\x20-\x7e]/u.test(line), false, 'a Set-Cookie header holds what no header may')
      cookies.push(`${name}=${value}`)
    },
    revise: (_, change) => void change(undefined),
  }
  const { handle } = sessions.attach({}, jar)
  const session = await handle.open()
  if (session.origin === 'resumed') checkSealed(session.id, session.data)
  handler(session)
  await handle.commit(200)
  handle.finish()
  return cookies
}

async function seal(
  sessions: Sessions,
  data: Data,
  change: (session: Session<Data>) => void = () => undefined,
): Promise<string> {
  let id = ''
  const cookies = await request(sessions, '', (session) => {
    session.data = data
    change(session)
    id = session.id
  })
  sealed.set(id, JSON.stringify(data))
  return cookies.join('; ')
}

/** What no `Sessions` here may open. */
async function sealForNobody(sessions: Sessions): Promise<string> {
  return (await request(sessions, '', (session) => (session.data = { user: 'Zoë' }))).join('; ')
}

async function makeCorpus(): Promise<[string, ...string[]]> {
  const random = createRandom(seed)
  const data = (length: number): Data => ({
    user: 'Zoë',
    text: random.text(length),
  })
  return [
    await seal(one, data(10)),
    await seal(one, data(10), (session) => session.regenerate({ subject: 'user-1' })),
    await seal(one, { list: Array.from({ length: 300 }, () => 'again') }),
    await seal(one, data(200), (session) => session.flash.add('info', 'saved')),
    await seal(two, data(6000)),
    await seal(nine, data(12_000)),
    await seal(nine, data(24_000)),
    await sealForNobody(sessionsOf(2, { now: () => NOW - 10 ** 8 })),
    await sealForNobody(sessionsOf(2, { now: () => NOW + 10 ** 6 })),
    await sealForNobody(sessionsOf(2, { keyring: await createKeyring([OTHER_KEY]) })),
    await sealForNobody(sessionsOf(2, { audience: 'another app' })),
    'theme=dark; session=; lang=en',
    '',
  ]
}

async function read(header: string): Promise<void> {
  for (const sessions of [one, two, nine]) {
    const view = await sessions.read(header)
    if (view.kind === 'session') checkSealed(view.id, view.data)
  }
}

const operations: Readonly<Record<string, Operation>> = {
  read,
  look: async (header) => {
    const cookies = await request(two, header, (session) => void session.flash.peek())
    strictEqual(cookies.length, 0, 'looking at a session wrote a cookie')
  },
  change: async (header) => void (await request(nine, header, (session) => (session.data['changed'] = true))),
  regenerate: async (header) =>
    void (await request(nine, header, (session) => session.regenerate({ subject: 'user-2' }))),
  destroy: async (header) => void (await request(two, header, (session) => session.destroy())),
}

if (values.replay) {
  // The shape is what this program prints.
  const { header } = JSON.parse(await text(process.stdin)) as Pick<Finding, 'header'>
  for (const [operation, run] of Object.entries(operations)) {
    const problem = await examine(run, header)
    console.log(`${operation}: ${problem?.detail ?? 'nothing found'}`)
    if (problem !== undefined) process.exitCode = 1
  }
} else {
  const { runs, findings } = await fuzz({
    operations,
    corpus: await makeCorpus(),
    seconds: Number(values.seconds),
    seed,
  })
  for (const finding of findings) console.log(JSON.stringify(finding))
  console.log(
    `${runs} headers in ${values.seconds} s with seed ${seed}: ${findings.length === 0 ? 'nothing' : findings.length} found`,
  )
  process.exitCode = findings.length === 0 ? 0 : 1
}
