export { encryptedSession, encryptedSession as default, type EncryptedSessionOptions } from './encrypted-session.ts'
