export { encryptedSession, encryptedSession as default, type SessionContext } from './encrypted-session.ts'
