import type { Seconds } from '@encrypted-session/core'
import type { Keyset } from '@encrypted-session/core/keyset'
import { formatDistance, formatMoment } from '../moment.ts'
import type { Style } from '../style.ts'
import { table } from '../table.ts'
import { keyFacts, type KeyFacts } from './keyset-facts.ts'

/** A keyset for people: a table of its keys, the newest first. */
export function keysetText(
  keyset: Keyset,
  { now, path }: { readonly path: string; readonly now: Seconds },
  { bold, dim, green }: Style,
): string {
  const facts = keyFacts(keyset, now)
  const rows = [
    ['KEY', 'STATUS', 'CREATED', 'DOES'],
    ...facts.map((key) => [key.id, key.status, formatMoment(key.createdAt), deedOf(key, now)]),
    ...keyset.revoked.map(({ id, revokedAt }) => [
      id,
      'revoked',
      '-',
      `deleted ${formatDistance(revokedAt, now)}; opens nothing`,
    ]),
  ]
  const keys = table(rows, (cell, row, column) => {
    if (row === 0) return dim(cell)
    if (facts[row - 1]?.role === 'seals') return column === 0 ? bold(cell) : green(cell)
    return facts[row - 1] === undefined || facts[row - 1]?.role === 'nothing' ? dim(cell) : cell
  })
  return `${bold(path)}, revision ${keyset.revision}\n\n${keys}`
}

/** What a key does now, and until when it did something else. */
function deedOf({ activateAt, role, sealedUntil }: KeyFacts, now: Seconds): string {
  switch (role) {
    case 'seals':
      return 'seals and opens'
    case 'will-seal':
      return `opens; seals from ${formatMoment(activateAt)}`
    case 'opens':
      // Without that time it has sealed nothing since it is in the file: what an imported key did before, nobody knows.
      return sealedUntil === undefined ? 'opens' : `opens; sealed until ${formatDistance(sealedUntil, now)}`
    case 'nothing':
      return 'opens nothing; promote brings it back'
  }
}
