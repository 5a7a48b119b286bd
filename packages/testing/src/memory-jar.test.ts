import { createSessions, generateKey, parseKeyring } from '@encrypted-session/core'
import { expect, it } from 'vitest'
import { createMemoryJar } from './memory-jar.ts'

it('a handle can open and commit without a server', async () => {
  const keys = await generateKey()
  const sessions = createSessions({ keyring: () => parseKeyring(keys) })
  const response = createMemoryJar()
  const { handle } = sessions.attach({}, response)
  const session = await handle.open()
  session.data['color'] = 'green'
  await handle.commit(200)
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect(response.cookies.map(({ name }) => name)).toEqual([sessions.cookieName])

  const cookie = response.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const resumed = await sessions.attach({}, createMemoryJar({ cookie })).handle.open()
  expect(resumed.data).toEqual({ color: 'green' })
})

it('a jar on plain http says so, and a revision that changes nothing leaves the header', () => {
  const jar = createMemoryJar({}, false)
  expect(jar.secure).toBe(false)
  jar.revise('vary', () => 'Cookie')
  jar.revise('vary', () => undefined)
  expect(jar.headers.get('vary')).toBe('Cookie')
})
