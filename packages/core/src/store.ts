export { createStore } from './sessions/rows.ts'
export type { Store, StoreEntry, StorePort } from './sessions/store.ts'
