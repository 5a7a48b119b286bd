import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const DIST = fileURLToPath(new URL('../dist/index.js', import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), 'snapshot-'))
const blob = join(temporary, 'snapshot.blob')
let whileBuilding: string

/** Tries to seal while the snapshot is built, and seals in each process that is started from it. */
const PROGRAM = `
import v8 from 'node:v8'
import { createKeyring, createSessions } from ${JSON.stringify(DIST)}

const secret = Uint8Array.from({ length: 32 }, (_, index) => index + 100)
const sessions = createSessions({ keyring: () => createKeyring([secret]) })

async function seal() {
  const tokens = []
  const { handle } = sessions.attach({}, { get: () => undefined, set: ({ value }) => tokens.push(value), revise: () => undefined })
  const session = await handle.open()
  session.data.visits = 1
  await handle.commit(200)
  return tokens[0]
}

seal().then((token) => console.log('sealed ' + token), (error) => console.log(error.code))
v8.startupSnapshot.setDeserializeMainFunction(() => seal().then((token) => console.log(token)))
`

beforeAll(async () => {
  const entry = join(temporary, 'entry.js')
  writeFileSync(entry, PROGRAM)
  // A snapshot is built from one script.
  await build({
    config: false,
    cwd: temporary,
    entry: { script: entry },
    outDir: temporary,
    platform: 'node',
    format: 'cjs',
    dts: false,
    clean: false,
    logLevel: 'silent',
    deps: { alwaysBundle: [/./u] },
  })
  whileBuilding = run('--build-snapshot', join(temporary, 'script.cjs'))
})
afterAll(() => {
  rmSync(temporary, { recursive: true })
})

describe('a V8 startup snapshot', () => {
  it('is not sealed in: what is random then would be the same in every process started from it', () => {
    expect(whileBuilding).toBe('ERR_SNAPSHOT')
  })

  it('gives processes that share no nonce, nor any half of one', () => {
    const envelopes = Array.from({ length: 3 }, () => Buffer.from(run(), 'base64url'))
    expect(envelopes.map((envelope) => envelope[0])).toEqual([1, 1, 1])
    for (const [from, to] of [
      [5, 17],
      [17, 29],
    ]) {
      expect(new Set(envelopes.map((envelope) => envelope.subarray(from, to).toString('hex'))).size).toBe(3)
    }
  })
})

function run(...options: readonly string[]): string {
  return execFileSync(process.execPath, ['--snapshot-blob', blob, ...options], { encoding: 'utf8' }).trim()
}
