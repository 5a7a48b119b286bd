export { type ProxyHandler, sessionProxy, updateSession } from './session-proxy.ts'
