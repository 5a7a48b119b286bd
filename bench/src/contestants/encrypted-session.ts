import { randomBytes } from 'node:crypto'
import { type Contestant, NEVER_SEEN } from '../contestant.ts'

/*
 * No function of the package turns data into a token: sessions do. For a comparison of the same work, the functions that a
 * session calls are taken from a build of core's own files, made for this purpose (tsdown.config.ts). What they promise here
 * is what they have there; whoever changes them is told by a failing run.
 */
interface Settings {
  readonly purpose: unknown
  readonly attributes: { readonly name: string }
  readonly now: () => number
}
interface Claims {
  readonly id: Uint8Array
  readonly createdAt: number
  readonly sealedAt: number
  readonly persistent: boolean
}
interface Internals {
  createKeyring(secrets: readonly Uint8Array[]): Promise<unknown>
  resolveOptions(options: object): Settings
  createSealer(keyring: unknown, purpose: unknown): object
  encodePayload(value: unknown): string
  decodePayload(text: string): unknown
  sealSession(
    sealable: { claims: Claims; payloadText: string; flashText: undefined; data: () => object; row: undefined },
    settings: Settings,
    sealer: object,
    rows: undefined,
    now: number,
  ): Promise<{ chunks: readonly [{ value: string }, ...{ value: string }[]] }>
  openCookie(
    header: string,
    settings: Settings,
    loadSealer: () => Promise<object>,
    rows: undefined,
    now: number,
  ): Promise<{ payloadText: string } | { rejection: unknown } | undefined>
}

const internals = await load(['keyring', 'options', 'sealer', 'payload', 'seal-session', 'open'])
const keyring = await internals.createKeyring([randomBytes(32)])
const settings = internals.resolveOptions({ keyring })
const sealer = internals.createSealer(keyring, settings.purpose)
// A session loads its sealer on first use and asks for it on every opening.
const loadSealer = (): Promise<object> => ready
const ready = Promise.resolve(sealer)
const id = new Uint8Array(randomBytes(16))

/**
 * Ours, as a commit and an opening call it. Sealing: encode the data, pack the record with its claims, deflate above 1 KB,
 * seal, split into cookies. Opening: find the cookie in the header, unseal, unpack, inflate, check the times, decode.
 */
export const encryptedSession: Contestant = {
  name: 'encrypted-session',
  answers: 'later',
  pool: NEVER_SEEN,
  async seal(data) {
    const now = settings.now()
    const payloadText = internals.encodePayload(data)
    const claims = { id, createdAt: now, sealedAt: now, persistent: false }
    const sealable = { claims, payloadText, flashText: undefined, data: () => data, row: undefined }
    const { chunks } = await internals.sealSession(sealable, settings, sealer, undefined, now)
    return chunks[0].value
  },
  async open(header) {
    const opened = await internals.openCookie(header, settings, loadSealer, undefined, settings.now())
    if (opened === undefined || 'rejection' in opened) throw new Error('a token of our own was rejected')
    return internals.decodePayload(opened.payloadText)
  },
  data: (opened) => opened,
  received: (token) => `${settings.attributes.name}=${token}`,
  cookieValue: (token) => token,
}

async function load(files: readonly string[]): Promise<Internals> {
  const modules: unknown[] = await Promise.all(
    files.map((file) => import(new URL(`../../dist/${file}.js`, import.meta.url).href)),
  )
  // The cast is the promise above.
  return Object.assign({}, ...modules) as Internals
}
