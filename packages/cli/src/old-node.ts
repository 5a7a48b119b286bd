/** Why the program does not run on this version of Node; `undefined` where it does. */
export function oldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  // package.json "engines", to which npx does not hold.
  if (major > 22 || (major === 22 && minor >= 12)) return undefined
  return `Not done. @encrypted-session/cli needs Node 22.12 or newer, and this is ${version}.`
}
