import { createSessions, generateKey, parseKeyring } from '@encrypted-session/core'
import { encryptedSession } from '@encrypted-session/hono'
import { Hono } from 'hono'

const sessions = createSessions({
  keyring: async () => parseKeyring(await generateKey()),
  initial: (): { notes: string[] } => ({ notes: [] }),
  // Edge VMs have none.
  compression: 'CompressionStream' in globalThis ? 'deflate' : 'off',
})
const app = new Hono().use(encryptedSession(sessions))

app.post('/notes', async (c) => {
  c.var.session.data.notes.push(await c.req.text())
  return c.body(null, 204)
})

app.get('/notes', (c) => c.json(c.var.session.data.notes))

/** What is used here of the global scope of a Worker. */
declare function addEventListener(
  type: 'fetch',
  listener: (event: { readonly request: Request; respondWith(response: unknown): void }) => void,
): void

// As a service worker: the one form that every platform with Workers understands.
addEventListener('fetch', (event) => {
  event.respondWith(app.fetch(event.request))
})
