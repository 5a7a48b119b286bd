export { updateSession } from './proxy-update.ts'
export { type ProxyHandler, sessionProxy } from './session-proxy.ts'
