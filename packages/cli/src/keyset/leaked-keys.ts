import type { Seconds } from '@encrypted-session/core'
import type { Keyset } from '@encrypted-session/core/keyset'
import { keyFacts } from './keyset-facts.ts'

/** After one key has leaked: the others that still open, which leak with the file. One text, or none. */
export function leakedTexts(keyset: Keyset, now: Seconds, told: readonly string[] = []): readonly string[] {
  const opening = keyFacts(keyset, now).filter(({ id, role }) => role === 'opens' && !told.includes(id))
  if (opening.length === 0) return []
  const [verb, each] = opening.length === 1 ? ['has', 'Revoke it too.'] : ['have', 'Revoke each.']
  return [`If the whole file has leaked, so ${verb}: ${opening.map(({ id }) => `${id} (opens)`).join(', ')}. ${each}`]
}
