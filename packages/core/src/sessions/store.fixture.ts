import type { Seconds } from '../base/time.ts'
import { createStore as aroundPort } from './rows.ts'
import type { Store, StoreEntry, StorePort } from './store.ts'

/** A store in a Map, as small as the port allows, with a switch that makes it fail. It is its own port, so that tests can watch it. */
export interface TestStore extends StorePort, Store {
  /** While true, every call throws. */
  failing: boolean
  readonly entries: Map<string, StoreEntry>
}

export function createStore(): TestStore {
  const entries = new Map<string, StoreEntry>()
  const store: TestStore = {
    failing: false,
    entries,
    get port() {
      return store
    },
    connect: (context) => aroundPort(store).connect(context),
    get(name) {
      answer()
      return entries.get(name)?.value ?? null
    },
    set(entry) {
      answer()
      if (versionOf(entries.get(entry.name)) !== entry.replaces) return 'conflict'
      entries.set(entry.name, entry)
      return 'stored'
    },
    delete(name) {
      answer()
      entries.delete(name)
    },
  }
  const answer = (): void => {
    if (store.failing) throw new Error('the store is down')
  }
  return store
}

/** The first 8 bytes of a value, as the port says; 0 for no entry. */
function versionOf(entry: StoreEntry | undefined): number {
  if (entry === undefined) return 0
  return Number(new DataView(entry.value.buffer, entry.value.byteOffset).getBigUint64(0))
}

/** The only entry of a store. */
export function onlyEntry({ entries }: TestStore): StoreEntry {
  const [entry, ...others] = entries.values()
  if (entry === undefined || others.length > 0) throw new Error(`the store has ${entries.size} entries`)
  return entry
}

/** A day, for lifetimes. */
export const DAY: Seconds = 86_400
