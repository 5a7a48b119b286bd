export {
  addKey,
  createKeyset,
  demoteKey,
  promoteKey,
  retireKeys,
  revokeKey,
  rotateKeys,
} from './keyset/change-keyset.ts'
export { formatKeyset } from './keyset/format-keyset.ts'
export {
  type Keyset,
  type KeysetKey,
  lastUseOf,
  type RevokedKey,
  sealingKeyOf,
  settledKeyset,
} from './keyset/keyset.ts'
export { createLoadedKeyring } from './keyset/loaded-keyring.ts'
export { parseKeyset } from './keyset/parse-keyset.ts'
export type { LoadedKeyringOptions } from './keyset/refresh-options.ts'
export type { KeyringHealth, LoadedKeyring } from './keyset/refreshing-keyring.ts'
