import type { Seconds } from '@encrypted-session/core'
import { formatDuration } from './duration.ts'

/** A moment as keyset files write it: ISO 8601, UTC, whole seconds. */
export function formatMoment(moment: Seconds): string {
  return new Date(moment * 1000).toISOString().replace('.000Z', 'Z')
}

/** How far a moment lies from now: "in 10m", "3d ago", "just now". */
export function formatDistance(moment: Seconds, now: Seconds): string {
  if (moment === now) return 'just now'
  return moment > now ? `in ${formatDuration(moment - now)}` : `${formatDuration(now - moment)} ago`
}

/** A moment with its distance from now. */
export function formatMomentAndDistance(moment: Seconds, now: Seconds): string {
  return `${formatMoment(moment)}, ${formatDistance(moment, now)}`
}
