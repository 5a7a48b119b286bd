import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  entry: ['src/main.ts'],
  deps: { neverBundle: [/^node:/u] },
  platform: 'neutral',
  dts: false,
  hash: false,
})

export default config
