export { nextCutoff } from './sessions/cutoff.ts'
export type {
  RevocableSession,
  Revocation,
  RevocationPort,
  RevocationTarget,
  RevocationVerdict,
} from './sessions/revocation.ts'
export { createRevocation } from './sessions/revoker.ts'
