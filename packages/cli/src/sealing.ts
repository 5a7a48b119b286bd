import { type CookieOptions, createSessions, type Keyring, type Seconds, type SetCookie } from '@encrypted-session/core'

/** What the session is to hold, and for which app. */
export interface SealingOptions {
  readonly keyring: Keyring
  readonly data: Record<string, unknown>
  readonly subject: string | undefined
  readonly persistent: boolean
  readonly cookie: CookieOptions
  readonly audience: string | undefined
  readonly now: Seconds
}

/** Cookies, and the id of the key that sealed them. */
export interface SealedCookies {
  readonly cookies: readonly SetCookie[]
  readonly keyId: string
}

/** The cookies of a new session with this content. Throws what a handler of the app would meet, `ERR_SESSION_TOO_LARGE` among it. */
export async function sealCookies(options: SealingOptions): Promise<SealedCookies> {
  const { audience, cookie, data, keyring, now, persistent, subject } = options
  let keyId = ''
  const sessions = createSessions({
    keyring,
    cookie,
    ...(audience !== undefined && { audience }),
    now: () => now,
    onEvent(event) {
      if (event.type === 'sealed') keyId = event.keyId
    },
  })
  const cookies: SetCookie[] = []
  const { handle } = sessions.attach(
    {},
    {
      get: () => undefined,
      set: (written) => void cookies.push(written),
      revise: () => undefined,
    },
  )
  const session = await handle.open()
  // Without a subject too: a session that holds nothing yet is written only because of its new id.
  session.regenerate(subject === undefined ? {} : { subject })
  session.data = data
  session.persistent = persistent
  await handle.commit(200)
  return { cookies, keyId }
}
