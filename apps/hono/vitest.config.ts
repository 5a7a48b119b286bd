import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    passWithNoTests: true,
    testTimeout: 60_000,
    // What the demo logs when the tests ask it to fail.
    onConsoleLog: (log) => !log.includes('Failed, as asked.'),
  },
})

export default config
