export type { Answer, Look } from './answer.ts'
export { type AppOptions, siteOf } from './app-options.ts'
export {
  cartBody,
  failBody,
  type FailBody,
  flashBody,
  loginBody,
  noteBody,
  persistentBody,
  replayBody,
  slowBody,
  themeBody,
} from './bodies.ts'
export { BodyError } from './body-error.ts'
export { chunks } from './chunks.ts'
export { copiedCookie, COPY_COOKIE } from './copied-cookie.ts'
export { describeSession, type SessionDescription } from './describe-session.ts'
export { type DemoSettings, type Environment, readEnvironment } from './environment.ts'
export { type Asker, errorAnswer } from './error-answer.ts'
export { createEventLog, type EventLog, type LastWrite, type LoggedEvent } from './event-log.ts'
export { eventStream, eventStreamHeaders } from './event-stream.ts'
export { isFormType } from './form.ts'
export { isForeignOrigin, refuseForeignOrigin, type RequestOrigin } from './origin.ts'
export { type MissedRequest, notFoundAnswer, notFoundMessage } from './not-found-answer.ts'
export { oversizeNote } from './oversize-note.ts'
export { pageAfter } from './page-after.ts'
export { type PageCookies, type PageFacts, pageHeaders, pageText } from './page-text.ts'
export { liveScript, script, stylesheet } from './page/assets.ts'
export { hasTampered, replaySaid, TAMPERED, whyNotCopied } from './page/breaking.ts'
export { CONTENT_SECURITY_POLICY, icon } from './page/document.ts'
export { renderEvents } from './page/events.ts'
export { cookieHeaderOf, type HeldCookie, heldCookies } from './page/held-cookies.ts'
export type { Html } from './page/html.ts'
export { renderPage, renderSides } from './page/page.ts'
export { type Problem, problemSentence, problemTitle, renderProblem, type TooLarge } from './page/problem.ts'
export type { Said } from './page/result.ts'
export { deedSaid } from './page/using.ts'
export { type Deed, deedOf, type PageView, type Replay, type Site, type Theme, themeOf } from './page/view.ts'
export { type Plain, plain } from './plain.ts'
export { readBody } from './read-body.ts'
export { foreignOrigin, noCookie, noRevocation, Refusal } from './refusal.ts'
export { replayed } from './replayed.ts'
export { type RunningApp, type StartOptions, urlOf } from './running-app.ts'
export { createDemoSessions, type DemoSessionsOptions } from './sessions.ts'
export { tampered } from './tamper.ts'
export { tamperedCookie, type TamperedCookie } from './tampered-cookie.ts'
export { errorBody, isTold, problemOf, statusOf } from './told-error.ts'
export { compareTypes, sampleTypes, type TypesComparison } from './types.ts'
export { addToCart, type CartEntry, emptyVisit, type Types, type Visit } from './visit.ts'
