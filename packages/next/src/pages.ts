export type { ReadOnlyView } from './read-only-view.ts'
export { type PagesContext, readSession, updateSession } from './pages-session.ts'
