export { readSession } from './read-session.ts'
export { updateSession } from './update-session.ts'
export { type HandlerContext, type RouteHandler, withSession } from './with-session.ts'
