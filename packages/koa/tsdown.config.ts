import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  entry: ['src/index.ts'],
  deps: { neverBundle: [/^node:/u] },
  platform: 'neutral',
  hash: false,
})

export default config
