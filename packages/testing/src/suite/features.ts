import type { AppFeatures } from './app.ts'

/** What the reference app can do: everything. */
export const FEATURES: AppFeatures = {
  revocation: 'port',
  clock: true,
  keyring: true,
  events: true,
  trustProxy: true,
  testRoutes: ['headers', 'not-modified', 'shared-error', 'shared-response', 'slow', 'twice'],
}
