import type { RejectionReason } from '@encrypted-session/core'
import type { Inspection } from './inspection.ts'

/** Why a cookie is not accepted, in words for who has to do something about it. */
export function reasonText(
  reason: RejectionReason,
  { cookie, keysFrom }: Pick<Inspection, 'cookie' | 'keysFrom'>,
): string {
  const which = reason === 'unknown-key' ? `its key ${cookie.keyId} is not in ${keysFrom}. ` : ''
  return which + REASONS[reason]
}

const REASONS: Readonly<Record<RejectionReason, string>> = {
  malformed:
    'it is not a whole token. Was it copied completely? A session that is kept in a store looks so too, from here',
  'unknown-version': 'its first byte is not 1: it is no token of this library, or one of a later version',
  'unknown-key': 'Another environment or app sealed it, or the key was dropped',
  'retired-key': 'its key is inactive or revoked',
  forged:
    'its seal does not hold. It was changed, or sealed for another cookie name or audience (--cookie-name, --audience)',
  undecodable: 'its seal holds, but its text is not UTF-8',
  'too-large': 'it has more chunks or bytes than a session can have',
  'chunks-incomplete': 'one of its cookies is missing, or is left from another writing',
  ambiguous: 'two different sessions came under one name. A subdomain may have set the other one',
  expired: 'it is too old',
  idle: 'it was not used for too long',
  'not-yet-valid': 'it begins in the future. The clock of the machine that sealed it, or of this one, is wrong',
  revoked: 'it was ended',
  superseded: 'a newer one has taken its place',
  replayed: 'it was used again after a newer one had taken its place',
  'invalid-data': 'its data cannot be read',
  'newer-data': 'its data was written by a newer version of the app',
}
