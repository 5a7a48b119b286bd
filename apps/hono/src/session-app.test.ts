import { describeSessionApp } from '@encrypted-session/testing'
import { afterAll, describe, it } from 'vitest'
import { start } from './start.ts'

describeSessionApp(
  {
    // A store of its own is what the suite asks of apps that cannot be given one.
    start: ({ revocation, ...options }) => start({ ...options, ...(typeof revocation === 'object' && { revocation }) }),
    features: {
      revocation: 'port',
      clock: true,
      keyring: true,
      events: true,
      trustProxy: true,
      testRoutes: ['headers', 'not-modified', 'shared-error', 'shared-response', 'slow', 'twice'],
    },
  },
  { afterAll, describe, it },
)
