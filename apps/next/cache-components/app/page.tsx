import { readSession } from '@encrypted-session/next'
import { Suspense } from 'react'
import { sessions } from '../../src/sessions.ts'

/** With `cacheComponents` the build renders all of this but for what reads the session. */
export default function Page() {
  return (
    <main>
      <h1>For everyone</h1>
      <Suspense fallback={<p>One moment</p>}>
        <Visitor />
      </Suspense>
    </main>
  )
}

async function Visitor() {
  const { subject = 'nobody' } = await readSession(sessions)
  return <p>{`Signed in: ${subject}`}</p>
}
