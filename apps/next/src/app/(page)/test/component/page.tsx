import type { Visit } from '@encrypted-session/demo'
import { readSession, updateSession } from '@encrypted-session/next'
import { notFound } from 'next/navigation'
import { hasTestRoutes, sessions } from '../../../../sessions.ts'

/** What a component can do with the session, and what it cannot. */
export default async function Page() {
  if (!hasTestRoutes) notFound()
  const view = await readSession(sessions)
  const found = {
    subject: view.subject ?? null,
    note: view.data.note,
    cart: view.data.cart,
    change: nameOf(() => {
      // What the types forbid, a JavaScript caller can try.
      const data = view.data as Visit
      data.cart.push({ item: 'Tea', qty: 1 })
    }),
    write: await updateSession(sessions, () => 'written').catch(codeOf),
  }
  return <pre>{JSON.stringify(found)}</pre>
}

function nameOf(action: () => void): string {
  try {
    action()
    return 'nothing'
  } catch (error) {
    return error instanceof Error ? error.name : typeof error
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
