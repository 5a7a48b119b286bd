export { type PagesContext, readSession, updateSession } from './pages-session.ts'
