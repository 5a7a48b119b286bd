import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    typecheck: { enabled: true, include: ['src/**/*.test-d.ts'] },
    passWithNoTests: true,
    // A machine that is busy takes its time; no test measures it.
    testTimeout: 60_000,
  },
})

export default config
