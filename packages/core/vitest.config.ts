import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url))

/** Milliseconds. A machine that is busy takes its time; no test measures it. */
const TIMEOUT = 60_000

/**
 * Every test runs on both platforms' code: the same project twice, with the platform files swapped.
 * But for `*.node.test.ts`, which start programs and look at the built package.
 */
const on = (platform: 'node' | 'web') => ({
  resolve: {
    alias: {
      '#aead': source(`seal/aead.${platform}.ts`),
      '#bytes': source(`base/bytes.${platform}.ts`),
      '#deflate': source(`codec/deflate.${platform}.ts`),
      '#diagnostics': source(`sessions/diagnostics.${platform}.ts`),
      '#nonce': source(`seal/nonce.${platform}.ts`),
    },
  },
  test: {
    name: platform,
    include: ['src/**/*.test.ts'],
    exclude: platform === 'web' ? ['src/**/*.node.test.ts'] : [],
    testTimeout: TIMEOUT,
  },
})

/** Fuzzers run on the built package, so once is enough. */
const fuzz = { test: { name: 'fuzz', include: ['fuzz/**/*.test.ts'], testTimeout: TIMEOUT } }

const types = {
  test: {
    name: 'types',
    include: [],
    typecheck: { enabled: true, only: true, include: ['src/**/*.test-d.ts'] },
  },
}

const config: ViteUserConfig = defineConfig({
  test: { projects: [on('node'), on('web'), fuzz, types] },
})

export default config
