/** For `.argument(…)` of every command that takes a key. */
export const KEY_ID_ARGUMENT: readonly [name: string, description: string, parse: (text: string) => string] = [
  '<id>',
  'the key, as keys list shows it',
  // As keysets write it: some tools show hexadecimal digits in capitals.
  (text) => (/^[\da-f]{8}$/iu.test(text) ? text.toLowerCase() : text),
]
