import { sealData, unsealData } from 'iron-session'
import type { Contestant } from '../contestant.ts'

const options = { password: 'N7p3vQ0sKcX9rT2mYbW5zL8hJ4gF6dAe', ttl: 7 * 86_400 }

/** iron-session: AES-256-CBC and HMAC-SHA-256 under keys that every seal derives anew from a password. */
export const ironSession: Contestant = {
  name: 'iron-session',
  answers: 'later',
  pool: 30,
  seal: (data) => sealData(data, options),
  open: (token) => unsealData(token, options),
  data: (opened) => opened,
  received: (token) => token,
  // Its cookies are written with encodeURIComponent.
  cookieValue: encodeURIComponent,
}
