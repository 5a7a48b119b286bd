import type { NextConfig } from 'next'

const config: NextConfig = {
  // `pnpm types` does that, with the compiler of the whole repository.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  // The tests throw forbidden() and unauthorized() after a change; the demo itself needs neither.
  experimental: { authInterrupts: true },
}

export default config
