import type { Site } from './page/view.ts'
import type { DemoSessionsOptions } from './sessions.ts'

/** How an app is set up. */
export interface AppOptions extends DemoSessionsOptions {
  /** Whether the key was made for this run: the page says so. */
  readonly hasTemporaryKey?: boolean
  /** Believes X-Forwarded-Proto, as behind a proxy that ends TLS. */
  readonly trustProxy?: boolean
  /** Serves the routes that only tests need. */
  readonly testRoutes?: boolean
}

/** What the page says of an app. `framework` is its name as its users write it. */
export function siteOf(framework: string, { hasTemporaryKey = false, revocation }: AppOptions): Site {
  return { framework, hasTemporaryKey, hasRevocation: revocation !== undefined }
}
