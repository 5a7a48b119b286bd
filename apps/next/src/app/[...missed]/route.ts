// A route handler and no `not-found.tsx`, since programs are to get JSON.
export { missed as DELETE, missed as GET, missed as PATCH, missed as POST, missed as PUT } from '../../missed.ts'
