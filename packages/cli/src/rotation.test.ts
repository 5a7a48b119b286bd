import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'

const SERVERS = 4
const BUSY = 24
const IDLE = 8
const PROGRAM = new URL('../dist/main.js', import.meta.url).pathname
const SERVER = new URL('rotation-server.fixture.ts', import.meta.url).pathname

let folder = ''
let keyset = ''
const servers: { readonly child: ChildProcess; readonly port: number; readonly told: Told[] }[] = []

interface Told {
  readonly type: string
  readonly reason: string
}

/** A logged-in browser. */
interface Client {
  readonly user: string
  cookie: string
  visits: number
  lost: boolean
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rotation-'))
  keyset = join(folder, 'keys.json')
  await keys('create')
  servers.push(...(await Promise.all(Array.from({ length: SERVERS }, startServer))))
})

afterAll(async () => {
  for (const { child } of servers) child.kill()
  await rm(folder, { recursive: true, force: true })
})

it(
  'four servers under load lose no session by three rotations and a broken keyset, and those of a revoked key only',
  { timeout: 90_000 },
  async () => {
    const agent = new Agent({ keepAlive: true })
    const failures: string[] = []
    let turn = 0

    /** One request of a client to the next server. */
    const visit = async (client: Client, path: string): Promise<void> => {
      const { port } = servers[turn++ % SERVERS] ?? { port: 0 }
      const answer = await request(agent, port, path, client.cookie)
      if (answer.status !== 200) {
        failures.push(`${path}: ${answer.status}`)
        return
      }
      const { user, visits } = JSON.parse(answer.body) as { user?: string; visits: number }
      if (user !== client.user) client.lost = true
      else if (path === '/write') expect(visits).toBe(++client.visits)
      if (answer.cookie !== undefined) client.cookie = answer.cookie
    }
    const login = async (user: string): Promise<Client> => {
      const client: Client = { user, cookie: '', visits: 0, lost: false }
      await visit(client, `/login?user=${user}`)
      return client
    }

    const clients = await Promise.all(Array.from({ length: BUSY }, (_, index) => login(`busy-${index}`)))
    const idle = await Promise.all(Array.from({ length: IDLE }, (_, index) => login(`idle-${index}`)))
    const [firstKey = ''] = await keyIds()
    expect(new Set([...clients, ...idle].map(keyIdOf))).toEqual(new Set([firstKey]))

    const over = new AbortController()
    const load = clients.map(async (client, index) => {
      for (let count = 0; !over.signal.aborted && !client.lost; count++) {
        await visit(client, (count + index) % 3 === 0 ? '/write' : '/read')
        await pause(5)
      }
    })

    /** A rotation, and a second under the new key. */
    const rotate = async (propagate: number, meanwhile?: () => Promise<void>): Promise<void> => {
      await keys('rotate', '--propagate', `${propagate}s`)
      const settled = pause((propagate + 1) * 1000)
      await meanwhile?.()
      await settled
    }

    await pause(500)
    await rotate(2)
    // What an editor or a script leaves for a moment: half a file. A server that has the new key may have to wait for one that
    // has not: a rotation must propagate for longer than the file is broken and the servers take to look again.
    await rotate(5, async () => {
      const whole = await readFile(keyset, 'utf8')
      await writeFile(keyset, whole.slice(0, whole.length / 2))
      await pause(1500)
      await writeFile(keyset, whole)
    })
    await rotate(2)
    expect([...clients, ...idle].filter(({ lost }) => lost)).toEqual([])

    // Who has written since has a younger key; who has only read keeps the first, until his seal is 300 seconds old.
    await Promise.all(clients.map(async (client) => visit(client, '/read')))
    await keys('revoke', firstKey)
    await pause(1500)
    over.abort()
    await Promise.all(load)
    const before = new Map([...clients, ...idle].map((client) => [client, keyIdOf(client)]))
    for (const client of [...clients, ...idle]) if (!client.lost) await visit(client, '/read')
    agent.destroy()

    expect(failures).toEqual([])
    const lost = [...clients, ...idle].filter((client) => client.lost)
    expect(lost).toEqual([...clients, ...idle].filter((client) => before.get(client) === firstKey))
    // Those who had not come by since the first key.
    expect(lost).toEqual(idle)
    const told = servers.flatMap((server) => server.told)
    // The broken file, by every server.
    expect(servers.filter((server) => server.told.some(({ type }) => type === 'keyring-refused'))).toHaveLength(SERVERS)
    expect(told.filter(({ type }) => type === 'failed')).toEqual([])
    expect(new Set(told.filter(({ type }) => type === 'rejected').map(({ reason }) => reason))).toEqual(
      new Set(['retired-key']),
    )
    expect(await keyIds()).toHaveLength(3)
  },
)

/** The key that sealed a client's cookie: bytes 1 to 4 of the token (spec/token.md "Envelope"). */
function keyIdOf({ cookie }: Client): string {
  return Buffer.from(cookie.slice(cookie.indexOf('=') + 1), 'base64url')
    .subarray(1, 5)
    .toString('hex')
}

async function keyIds(): Promise<string[]> {
  const { keys: listed } = JSON.parse(await keys('list', '--json')) as { keys: readonly { id: string }[] }
  return listed.map(({ id }) => id)
}

/** Runs the program as an operator does. */
async function keys(...command: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, 'keys', ...command, '--keyset', keyset], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  return output
}

async function startServer(): Promise<(typeof servers)[number]> {
  const child = spawn(process.execPath, [SERVER, keyset], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const port = await new Promise<number>((resolve) => lines.once('line', (line) => resolve(Number(line))))
  const told: Told[] = []
  lines.on('line', (line) => told.push(JSON.parse(line) as Told))
  return { child, port, told }
}

async function request(
  agent: Agent,
  port: number,
  path: string,
  cookie: string,
): Promise<{ status: number; body: string; cookie: string | undefined }> {
  return new Promise((resolve, reject) => {
    get({ agent, port, host: '127.0.0.1', path, headers: cookie === '' ? {} : { cookie } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => {
        const [set] = response.headers['set-cookie'] ?? []
        resolve({ status: response.statusCode ?? 0, body, cookie: set?.split(';')[0] })
      })
    }).on('error', reject)
  })
}
