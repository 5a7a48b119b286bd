import { platformDeflate } from '#deflate'
import type { Bytes } from '../base/bytes.ts'
import { SessionUnavailableError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { PAYLOAD_BYTES } from '../codec/deflate.ts'
import { type Claims, DATA_KEY_BYTES } from '../codec/record.ts'
import { packStoredPayload, type StoredPayload, unpackStoredPayload } from '../codec/stored-payload.ts'
import { type Keyring, sealingKey } from '../seal/keyring.ts'
import { rowName, sealRow, unsealRow } from '../seal/row.ts'
import { expiresAt } from './lifetime.ts'
import type { Settings } from './options.ts'
import { createRetry } from './retries.ts'
import type { Store, StoreEntry } from './store.ts'

/** Which row a session's data is in. */
export interface RowFacts {
  readonly dataKey: Bytes
  readonly version: number
}

/** A row that is sealed and not yet stored. */
export interface SealedRow {
  readonly entry: StoreEntry
  readonly facts: RowFacts
}

/** Everything that sessions ask of a store. Every method rejects with {@link SessionUnavailableError} when the store cannot answer. */
export interface Rows {
  /** The payload behind a cookie; `revoked` when its row is gone. */
  read(claims: Claims, dataKey: Bytes): Promise<{ readonly payload: Bytes; readonly facts: RowFacts } | Rejection>
  /** Seals a row in place of the one before; with another id, under another data key, so that who knew the old one learns nothing. */
  seal(claims: Claims, payload: StoredPayload, before: RowFacts | undefined, now: Seconds): Promise<SealedRow>
  /** Stores a sealed row, unless another request was faster. */
  put(row: SealedRow): Promise<'stored' | 'conflict'>
  /** Ends the row of a session; goes on trying by itself when the store cannot answer. */
  remove(claims: Claims): Promise<void>
}

/** Joins a store and the keys. */
export function createRows<Data extends object>(
  store: Store,
  settings: Settings<Data>,
  keyring: () => Promise<Keyring>,
): Rows {
  const purpose = { ...settings.purpose, kind: 'row' } as const
  const retry = createRetry(settings.now)
  const ask = async <T>(question: () => T | Promise<T>): Promise<T> => {
    try {
      return await question()
    } catch (error) {
      // A store may fail in any way of its own; all of them mean that it has not answered. Without data nothing can stand in.
      settings.emitter.emit({ type: 'unavailable', cookie: settings.attributes.name, policy: 'closed', error })
      throw new SessionUnavailableError('The session store cannot answer.', { cause: error })
    }
  }
  return {
    async read({ id }, dataKey) {
      const name = await rowName(id)
      const value = await ask(() => store.get(name))
      if (value === null) return new Rejection('revoked')
      const row = await unsealRow((await keyring()).current, purpose, { id, dataKey }, value)
      if (row instanceof Rejection) return row
      const payload = await unpacked(row.plaintext)
      return payload === undefined ? new Rejection('malformed') : { payload, facts: { dataKey, version: row.version } }
    },
    async seal(claims, payload, before, now) {
      const { current } = await keyring()
      const key = sealingKey(current, now)
      const facts = {
        dataKey: before?.dataKey ?? crypto.getRandomValues(new Uint8Array(DATA_KEY_BYTES)),
        version: (before?.version ?? 0) + 1,
      }
      const address = { id: claims.id, dataKey: facts.dataKey }
      const value = await sealRow(key, purpose, address, {
        version: facts.version,
        plaintext: packStoredPayload(payload),
      })
      const ttl = expiresAt(claims, settings.lifetimes) - now
      return { entry: { name: await rowName(claims.id), value, replaces: before?.version ?? 0, ttl }, facts }
    },
    async put({ entry }) {
      return ask(() => store.set(entry))
    },
    async remove(claims) {
      const name = await rowName(claims.id)
      try {
        await ask(() => store.delete(name))
      } catch (error) {
        // The cookie is gone or outdated; a copy of it must not keep the row for ever.
        retry(name, expiresAt(claims, settings.lifetimes), () => ask(() => store.delete(name)))
        throw error
      }
    },
  }
}

async function unpacked(plaintext: Bytes): Promise<Bytes | undefined> {
  const stored = unpackStoredPayload(plaintext)
  if (stored === undefined || stored.payload.length > PAYLOAD_BYTES) return undefined
  return stored.form === 'deflated' ? platformDeflate.inflate(stored.payload, PAYLOAD_BYTES) : stored.payload
}
