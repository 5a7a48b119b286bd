/**
 * An answer in which no key can be read. Commands hold none to print; this is for what comes from outside, such as a key that
 * was typed in the place of a file's name. Only what is a whole key: the same characters inside a token are part of it.
 */
export function withoutKeys(text: string): string {
  return text.replaceAll(/(?<![\w-])esk_[\w-]{48}(?![\w-])/gu, 'esk_…')
}

/** A failure's text in which no key can be read, nor what was meant to be one. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/esk_[\w-]+/gu, 'esk_…')
}

/** The same without cookies: nothing as long as a token is left. */
export function withoutTokens(text: string): string {
  return withoutSecrets(text).replaceAll(/[\w-]{40,}/gu, '…')
}

/** Whether a text begins as a key does, also in quotes, as an option, or as the line of an .env file. */
export function beginsAsKey(text: string): boolean {
  return /^(?:--?[a-z-]+=)?(?:export\s+)?(?:SESSION_KEYS=)?["']?esk_[\w-]{16}/u.test(text)
}

/** The 32 bytes of a key's text, which the library has made or checked. */
export function secretOf(text: string): Uint8Array {
  // spec/token.md "Keys in text": the prefix, 32 bytes, and a checksum.
  return new Uint8Array(Buffer.from(text.slice('esk_'.length), 'base64url').subarray(0, 32))
}
