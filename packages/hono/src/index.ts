export {
  encryptedSession,
  encryptedSession as default,
  type EncryptedSessionOptions,
  type SessionEnv,
} from './encrypted-session.ts'
