export type { ReadOnlyView } from './read-only-view.ts'
export { readSession } from './read-session.ts'
export { updateSession } from './update-session.ts'
export { type RouteContext, type RouteHandler, withSession } from './with-session.ts'
