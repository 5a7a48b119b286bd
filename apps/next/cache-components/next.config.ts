import type { NextConfig } from 'next'

const config: NextConfig = { cacheComponents: true, typescript: { ignoreBuildErrors: true } }

export default config
