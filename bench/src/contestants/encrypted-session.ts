import { randomBytes } from 'node:crypto'
import { type Contestant, NEVER_SEEN } from '../contestant.ts'

/*
 * No function of the package turns data into a token: sessions do. For a comparison of the same work, the functions that a
 * session calls are taken from a build of core's own files, made for this purpose (tsdown.config.ts). What they promise here
 * is what they have there; whoever changes them is told by a failing run.
 */
interface Settings {
  readonly attributes: { readonly name: string }
  readonly now: () => number
}
interface State {
  claims: { readonly id: Uint8Array; readonly persistent: boolean }
}
interface Encoded {
  readonly payloadText: string
  readonly flashText: string
  readonly persistent: boolean
}
interface Internals {
  readonly SessionState: new (settings: Settings) => State
  readonly NO_FLASH: string
  createKeyring(secrets: readonly Uint8Array[]): Promise<unknown>
  resolveOptions(options: object): Settings
  encodePayload(value: unknown): string
  decodePayload(text: string): unknown
  sealSession(
    state: State,
    encoded: Encoded,
    reason: 'changed',
    now: number,
  ): Promise<{ chunks: readonly [{ value: string }, ...{ value: string }[]] }>
  openCookie(header: string, settings: Settings): Promise<Encoded | undefined>
}

const internals = await load(['flash', 'keyring', 'open', 'options', 'payload', 'seal-session', 'session-state'])
const settings = internals.resolveOptions({ keyring: await internals.createKeyring([randomBytes(32)]) })
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
    const state = new internals.SessionState(settings)
    state.claims = { id, persistent: false }
    const encoded = { payloadText: internals.encodePayload(data), flashText: internals.NO_FLASH, persistent: false }
    const { chunks } = await internals.sealSession(state, encoded, 'changed', settings.now())
    return chunks[0].value
  },
  async open(header) {
    const opened = await internals.openCookie(header, settings)
    if (opened === undefined) throw new Error('a token of our own was rejected')
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
