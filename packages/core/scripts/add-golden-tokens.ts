/**
 * Seals a few sessions with the built package, as it is, and adds them to spec/vectors/golden.json under the package's
 * version. Run once per release; what is in the file stays there, and every later version opens it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex } from '../src/base/bytes.ts'
import type * as source from '../src/index.ts'
import type { CookieJar, Session } from '../src/index.ts'
import { notation } from '../src/spec-vectors.node.ts'
import { COOKIE, KEY_A, KEY_B, keyIdOf, keyText, LIFETIME, noise, NOW, sha256Hex, utf8 } from './vectors/compose.ts'
import { CART } from './vectors/deflated.ts'

interface GoldenCase {
  readonly name: string
  readonly payload: string
  readonly data: Record<string, unknown>
  readonly audience?: string
  readonly cookie?: string
  readonly version?: number
  readonly change?: (session: Session) => void
}

interface GoldenFile {
  readonly format: string
  readonly vectors: readonly { readonly name: string }[]
}

const CASES: readonly GoldenCase[] = [
  {
    name: 'a few fields',
    payload: '{"cart":[{"item":"book","quantity":1}]}',
    data: { cart: [{ item: 'book', quantity: 1 }] },
  },
  {
    name: 'a subject, flash, a data version and a persistent cookie',
    payload: '{"theme":"dark"}',
    data: { theme: 'dark' },
    version: 2,
    change(session) {
      session.regenerate({ subject: 'жанна' })
      session.flash.add('info', 'Saved')
      session.persistent = true
    },
  },
  {
    name: 'every tag',
    payload:
      '{"bytes":{"$bytes":"AP8"},"date":{"$date":1800000000123},"big":{"$bigint":"-9007199254740993"},"map":{"$map":[["a",{"$set":[1,"1"]}]]},"own":{"$$date":1}}',
    data: {
      bytes: Uint8Array.of(0, 255),
      date: new Date(1_800_000_000_123),
      big: -9007199254740993n,
      map: new Map([['a', new Set([1, '1'])]]),
      own: { $date: 1 },
    },
  },
  // The cast is of a text that is an object.
  { name: 'a deflated payload', payload: CART.text, data: JSON.parse(CART.text) as Record<string, unknown> },
  {
    name: 'two chunks',
    payload: `{"noise":"${toHex(noise('golden', 2800))}"}`,
    data: { noise: toHex(noise('golden', 2800)) },
    audience: 'shop',
    cookie: '__Host-Http-session',
  },
]

const root = join(import.meta.dirname, '..')
// The cast is of npm's own format.
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
const path = join(root, '../../spec/vectors/golden.json')
// The cast is of what this script has written.
const file = existsSync(path)
  ? (JSON.parse(readFileSync(path, 'utf8')) as GoldenFile)
  : { format: 'encrypted-session vectors 1', vectors: [] }
if (file.vectors.some(({ name }) => name.startsWith(`${version}: `))) {
  throw new Error(`golden.json has the tokens of ${version} already`)
}

// The cast gives the built package the types of its source.
const core = (await import(join(root, 'dist/index.js'))) as typeof source
const vectors = await Promise.all(CASES.map(goldenVector))
writeFileSync(path, `${JSON.stringify({ ...file, vectors: [...file.vectors, ...vectors] }, undefined, 1)}\n`)

async function goldenVector({
  name,
  payload,
  data,
  audience,
  cookie = COOKIE,
  version: dataVersion,
  change,
}: GoldenCase): Promise<object> {
  const keys = `${await keyText(KEY_A)} ${await keyText(KEY_B)}`
  const sessions = core.createSessions({
    keyring: () => core.parseKeyring(keys),
    cookie: { name: cookie },
    ...(audience !== undefined && { audience }),
    ...(dataVersion !== undefined && { upgrade: { version: dataVersion, from: () => ({}) } }),
    now: () => NOW,
  })
  const pairs: string[] = []
  const jar: CookieJar = {
    get: () => undefined,
    set: (each) => void pairs.push(`${each.name}=${each.value}`),
    revise: () => undefined,
  }
  const { handle } = sessions.attach({}, jar)
  const session = await handle.open()
  change?.(session)
  session.data = data
  await handle.commit(200)
  const shown = payload.length <= 4096
  return {
    name: `${version}: ${name}`,
    keys,
    cookie,
    audience: audience ?? null,
    maxChunks: 2,
    lifetime: LIFETIME,
    now: NOW,
    header: pairs.join('; '),
    expect: {
      keyId: toHex(await keyIdOf(KEY_A)),
      chunks: pairs.length,
      id: session.id,
      createdAt: NOW,
      sealedAt: NOW,
      subject: session.subject ?? null,
      generation: null,
      dataVersion: dataVersion ?? null,
      persistent: session.persistent,
      flash: session.flash.peek().map(({ kind, text }) => [kind, text]),
      canonical: true,
      payload: shown ? payload : null,
      payloadBytes: utf8(payload).length,
      payloadSha256: sha256Hex(utf8(payload)),
      data: shown ? notation(data) : null,
    },
  }
}
