import { platformDeflate } from '#deflate'
import type { Bytes } from '../base/bytes.ts'
import { SessionUnavailableError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { PAYLOAD_BYTES } from '../codec/deflate.ts'
import { DATA_KEY_BYTES } from '../codec/record.ts'
import { packStoredPayload, unpackStoredPayload } from '../codec/stored-payload.ts'
import { sealingKey } from '../seal/keyring.ts'
import { type Row, type RowAddress, rowName, sealRow, unsealRow } from '../seal/row.ts'
import { expiresAt } from './lifetime.ts'
import { checkPort, type PortContext } from './port.ts'
import { createRetry } from './retries.ts'
import type { RowFacts, Rows, SealedRow, Store, StorePort, WholeRecord } from './store.ts'

/**
 * Makes a store what `createSessions({ store })` takes: data that is too large for a cookie goes there, sealed.
 * Throws `ERR_OPTIONS_INVALID` for a port without its methods.
 */
export function createStore(port: StorePort): Store {
  checkPort(port, ['get', 'set', 'delete'])
  return Object.freeze({ port, connect: (context: PortContext) => createRows(port, context) })
}

/** Joins a store and the keys. */
function createRows(store: StorePort, context: PortContext): Rows {
  const { attributes, emitter, keyring, lifetimes, overflow } = context
  const purpose = { ...context.purpose, kind: 'row' } as const
  const retry = createRetry(context.now)
  const ask = async <T>(question: () => T | Promise<T>): Promise<T> => {
    try {
      return await question()
    } catch (error) {
      // A store may fail in any way of its own; all of them mean that it has not answered. Without data nothing can stand in.
      emitter.emit({ type: 'unavailable', policy: 'closed', error })
      throw new SessionUnavailableError('The session store cannot answer.', { cause: error })
    }
  }
  const sealed = async (record: WholeRecord, before: RowFacts | undefined, now: Seconds): Promise<SealedRow> => {
    const { claims } = record
    const keys = await keyring()
    await keys.check?.()
    const key = sealingKey(keys.current, now)
    const replaces = before?.version ?? 0
    const facts = {
      dataKey: before?.dataKey ?? crypto.getRandomValues(new Uint8Array(DATA_KEY_BYTES)),
      version: replaces + 1,
    }
    const value = await sealRow(
      key,
      purpose,
      { id: claims.id, dataKey: facts.dataKey },
      { version: facts.version, plaintext: packStoredPayload(record) },
    )
    const ttl = expiresAt(claims, lifetimes) - now
    return { entry: { name: await rowName(claims.id), value, replaces, ttl }, facts }
  }
  const unsealed = async (address: RowAddress, value: Uint8Array): Promise<Row | Rejection> => {
    const keys = await keyring()
    const row = await unsealRow(keys.current, purpose, address, value)
    if (!(row instanceof Rejection && row.reason === 'unknown-key')) return row
    // Another server may have written it with a key that is new, while this request still has the cookie of before.
    await keys.refresh?.()
    return unsealRow(keys.current, purpose, address, value)
  }
  return {
    async read({ id }, dataKey) {
      const name = await rowName(id)
      const value = await ask(() => store.get(name))
      if (value === null) return new Rejection('revoked')
      const row = await unsealed({ id, dataKey }, value)
      if (row instanceof Rejection) return row
      const payload = await unpacked(row.plaintext)
      return payload === undefined ? new Rejection('malformed') : { payload, facts: { dataKey, version: row.version } }
    },
    async seal(record, seal, before, now) {
      // With "chunk" nothing new goes to the store; what is there already still opens.
      if (overflow === 'chunk') return seal(record, attributes)
      if (overflow === 'store') {
        const single = await seal(record, { ...attributes, maxChunks: 1 })
        if (single.chunks !== undefined) return single
      }
      const row = await sealed(record, before, now)
      const cookies = await seal({ ...record, form: 'stored', payload: row.facts.dataKey }, attributes)
      return { ...cookies, row }
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
        retry(name, expiresAt(claims, lifetimes), () => ask(() => store.delete(name)))
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
