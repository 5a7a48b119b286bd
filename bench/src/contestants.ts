import type { Contestant } from './contestant.ts'
import { encryptedSession } from './contestants/encrypted-session.ts'
import { floor } from './contestants/floor.ts'
import { ironSession } from './contestants/iron-session.ts'
import { jose } from './contestants/jose.ts'
import { secureSession } from './contestants/secure-session.ts'

export const CONTESTANTS: readonly Contestant[] = [encryptedSession, floor, secureSession, jose, ironSession]
