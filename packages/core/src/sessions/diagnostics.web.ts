import type { Diagnostics } from './diagnostics.ts'

/** Platforms without diagnostics channels: events reach `onEvent` only. */
export const platformDiagnostics: Diagnostics = {
  hasSubscribers() {
    return false
  },
  publish() {
    // Nobody can listen.
  },
}
