import { CONTESTANTS } from './contestants.ts'
import { SESSIONS } from './sessions.ts'

/** Characters of a cookie's value, as it stands in the header. */
export interface SizeOfValue {
  readonly contestant: string
  readonly bytes: number
  readonly characters: number
}

export async function measureSizes(): Promise<SizeOfValue[]> {
  const sizes: SizeOfValue[] = []
  for (const { bytes, data } of SESSIONS) {
    for (const contestant of CONTESTANTS) {
      // Where the text has characters that are percent-encoded, two tokens of one session can differ in length.
      const lengths = await Promise.all(
        Array.from({ length: 25 }, async () => contestant.cookieValue(await contestant.seal(data)).length),
      )
      sizes.push({ contestant: contestant.name, bytes, characters: lengths.toSorted((a, b) => a - b)[12] ?? 0 })
    }
  }
  return sizes
}
