const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A cookie's value with one character in its middle changed: one bit of the sealed bytes. Done twice, it is the value again. */
export function tampered(value: string): string {
  const at = Math.floor(value.length / 2)
  const digit = ALPHABET.indexOf(value.charAt(at))
  return digit === -1 ? value : value.slice(0, at) + ALPHABET.charAt(digit ^ 1) + value.slice(at + 1)
}
