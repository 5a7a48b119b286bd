import { defineConfig, type UserConfig } from 'tsdown'

const core = (file: string): string => new URL(`../packages/core/src/${file}.ts`, import.meta.url).pathname

/** The parts of core that no entry of its package shows, built as the package builds them, for the Node of this run. */
const config: UserConfig = defineConfig({
  entry: {
    flash: core('sessions/flash'),
    keyring: core('seal/keyring'),
    open: core('sessions/open'),
    options: core('sessions/options'),
    payload: core('codec/payload'),
    'seal-session': core('sessions/seal-session'),
    'session-state': core('sessions/session-state'),
  },
  alias: {
    '#aead': core('seal/aead.node'),
    '#bytes': core('base/bytes.node'),
    '#deflate': core('codec/deflate.node'),
    '#diagnostics': core('sessions/diagnostics.node'),
    '#nonce': core('seal/nonce.node'),
  },
  deps: { neverBundle: [/^node:/u] },
  platform: 'neutral',
  hash: false,
  dts: false,
})

export default config
