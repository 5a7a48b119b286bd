export { createFileKeyring } from './keyset/file-keyring.node.ts'
export { type KeysetChange, readKeysetFile, updateKeysetFile } from './keyset/keyset-file.node.ts'
