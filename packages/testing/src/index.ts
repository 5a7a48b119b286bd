export {
  type ClientOptions,
  type ClientRequest,
  type ClientResponse,
  createClient,
  type SessionClient,
} from './client.ts'
export { createClock, type FixedClock } from './clock.ts'
export { type BrowserCookies, createBrowserCookies, type KeptCookie } from './browser-cookies.ts'
export { createMemoryJar, type MemoryJar } from './memory-jar.ts'
export { createMemoryRevocation } from './memory-revocation.ts'
export { type PlaywrightCookie, type SealedSession, sealSession, type SessionContent } from './seal-session.ts'
export type { AppFeatures, RunningApp, SessionApp, StartOptions, SuiteRunner, TestRoute } from './suite/app.ts'
export { describeSessionApp } from './suite/describe-session-app.ts'
export type { SuiteAnswer } from './suite/suite-answer.ts'
export { createSuiteApp, type SuiteApp } from './suite/suite-app.ts'
export { SuiteError } from './suite/suite-error.ts'
export type { SuiteData, SuiteRequest } from './suite/suite-request.ts'
