export type { ReadOnlyView } from './read-only-view.ts'
export { type ProxyHandler, sessionProxy } from './session-proxy.ts'
