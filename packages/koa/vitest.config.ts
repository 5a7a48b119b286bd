import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** Every test runs with both majors of Koa: the same project twice, with the package swapped. */
const on = (major: '2' | '3', alias: Record<string, string>) => ({
  resolve: { alias },
  test: {
    name: `koa-${major}`,
    include: ['src/**/*.test.ts'],
    env: { KOA_MAJOR: major },
    // A machine that is busy takes its time; no test measures it.
    testTimeout: 60_000,
  },
})

const types = {
  test: {
    name: 'types',
    include: [],
    typecheck: { enabled: true, only: true, include: ['src/**/*.test-d.ts'] },
  },
}

const config: ViteUserConfig = defineConfig({
  test: { projects: [on('3', {}), on('2', { koa: fileURLToPath(import.meta.resolve('koa-2')) }), types] },
})

export default config
