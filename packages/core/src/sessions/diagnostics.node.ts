import { channel } from 'node:diagnostics_channel'
import type { Diagnostics } from './diagnostics.ts'

const events = channel('encrypted-session')

/** Events on the diagnostics channel `encrypted-session`. */
export const platformDiagnostics: Diagnostics = {
  hasSubscribers() {
    return events.hasSubscribers
  },
  publish(event) {
    events.publish(event)
  },
}
