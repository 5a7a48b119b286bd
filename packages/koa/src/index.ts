export {
  encryptedSession,
  encryptedSession as default,
  type EncryptedSessionOptions,
  type SessionContext,
} from './encrypted-session.ts'
