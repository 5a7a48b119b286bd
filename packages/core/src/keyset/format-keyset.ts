import { formatKeyText, Key } from '../seal/key.ts'
import type { Keyset, KeysetKey } from './keyset.ts'
import { formatMoment } from './moment.ts'

/** spec/keyset.md: the version of the format. */
export const FORMAT_VERSION = 1

/** The text of a keyset's file, as `parseKeyset` reads it. Holds every secret: keep it where nobody else can read it. */
export async function formatKeyset({ revision, keys, revoked }: Keyset): Promise<string> {
  const file = {
    version: FORMAT_VERSION,
    revision,
    keys: await Promise.all(keys.map(formatEntry)),
    revoked: revoked.map(({ id, revokedAt }) => ({ id, revokedAt: formatMoment(revokedAt) })),
  }
  return `${JSON.stringify(file, undefined, 2)}\n`
}

async function formatEntry({ key, createdAt, sealedUntil }: KeysetKey): Promise<object> {
  return {
    id: key.id,
    status: key.status,
    createdAt: formatMoment(createdAt),
    activateAt: formatMoment(key.activateAt),
    ...(sealedUntil !== undefined && { sealedUntil: formatMoment(sealedUntil) }),
    secret: await formatKeyText(Key.secretOf(key)),
  }
}
