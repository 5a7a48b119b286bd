import { base64url } from './base64url.ts'

/** A note of 12,000 characters: random text, which does not compress. */
export function oversizeNote(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(9000)))
}
