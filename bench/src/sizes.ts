import { CONTESTANTS } from './contestants.ts'
import { SESSIONS } from './sessions.ts'

/** Characters of a cookie's value, as it stands in the header: the mean, where it is not always the same. */
export interface SizeOfValue {
  readonly contestant: string
  readonly bytes: number
  readonly characters: number
}

// Where characters of the token are percent-encoded, two tokens of one session differ in length.
const TOKENS = 1000

export async function measureSizes(): Promise<SizeOfValue[]> {
  const sizes: SizeOfValue[] = []
  for (const { bytes, data } of SESSIONS) {
    for (const contestant of CONTESTANTS) {
      let characters = 0
      for (let index = 0; index < TOKENS; index++) {
        characters += contestant.cookieValue(await contestant.seal(data)).length
      }
      sizes.push({ contestant: contestant.name, bytes, characters: characters / TOKENS })
    }
  }
  return sizes
}
