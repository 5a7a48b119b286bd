import { createSessions, type KeyringSource, parseKeyring } from '@encrypted-session/core'
import { createLoadedKeyring } from '@encrypted-session/core/keyset'
import { encryptedSession } from '@encrypted-session/hono'
import { env, waitUntil } from 'cloudflare:workers'
import { Hono } from 'hono'

/** A function that is asked once, a keyring that follows its source, and one that keeps its loads alive. */
export type KeyringName = 'function' | 'loaded' | 'kept'

/** Seconds. */
const REFRESH_EVERY = 3

/** Where the keys come from, over the network, by the name in the binding `KEYRING`. */
const KEYRINGS: Readonly<Record<KeyringName, KeyringSource>> = {
  function: async () => parseKeyring(await load()),
  loaded: createLoadedKeyring(load, { refreshEvery: REFRESH_EVERY }),
  kept: createLoadedKeyring(load, { refreshEvery: REFRESH_EVERY, waitUntil }),
}

const sessions = createSessions({
  // The cast says what the test binds.
  keyring: KEYRINGS[env['KEYRING'] as KeyringName],
  initial: (): { visits: number } => ({ visits: 0 }),
})

const app: Hono = new Hono()
app
  // As under a time limit: the response goes out, and what was begun is dropped with the request.
  .get('/leave', (c) => {
    void sessions.ready()
    return c.text('gone')
  })
  .use(encryptedSession(sessions))
  .get('/visit', (c) => {
    c.var.session.data.visits++
    return c.json(c.var.session.cookie?.keyId ?? null)
  })

export default app

async function load(): Promise<string> {
  return (await fetch(env['SOURCE'] ?? '')).text()
}
