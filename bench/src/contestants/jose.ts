import { webcrypto } from 'node:crypto'
import { EncryptJWT, jwtDecrypt, type JWTPayload } from 'jose'
import type { Contestant } from '../contestant.ts'

const key = await webcrypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
const options = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }

/** jose: an encrypted JWT (dir, A256GCM) with an expiry, which is what a session needs, and nothing else. The key is imported once. */
export const jose: Contestant = {
  name: 'jose',
  answers: 'later',
  pool: 300,
  seal(data) {
    // The cast says that an object which JSON carries may be a JWT's claims.
    return new EncryptJWT(data as JWTPayload)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(Math.floor(Date.now() / 1000) + 7 * 86_400)
      .encrypt(key)
  },
  async open(token) {
    const { payload } = await jwtDecrypt(token, key, options)
    return payload
  },
  data(opened) {
    // The cast says what `open` has answered.
    const { exp: _, ...data } = opened as JWTPayload
    return data
  },
  received: (token) => token,
  cookieValue: (token) => token,
}
