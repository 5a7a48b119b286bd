import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  entry: [
    'src/{index,fetch,keyset,keyset-file,node,revocation,store}.ts',
    'src/base/bytes.{node,web}.ts',
    'src/seal/{aead,nonce}.{node,web}.ts',
    'src/codec/deflate.{node,web}.ts',
    'src/sessions/diagnostics.{node,web}.ts',
  ],
  // One bundle serves every platform: `#aead` and its like stay imports, and package.json `imports` picks their file.
  deps: { neverBundle: [/^#/u, /^node:/u] },
  platform: 'neutral',
  hash: false,
  // A folder of their own for what entries share: beside them, `sessions/revocation.ts` would take the name of the entry.
  outputOptions: { chunkFileNames: 'shared/[name].js' },
})

export default config
